// What many explanations say together, from rows that are written down here, on both engines.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Principal } from '@/lib/access/contract'
import type { Database } from '@/lib/database'
import { ENGINES, openTestDatabase } from '@/lib/database/testing'
import { HOUR_MS } from '@/lib/platform/clock'
import type { Version } from '@/lib/registry/contract'
import { byClass } from '../../queries/insights/global-importance'
import { readExplained } from '../../queries/insights/explained-rows'
import { explanationsTables } from '../../tables'
import { groupsQuestionSchema, importanceQuestionSchema, type GroupReport } from '../../rules/insights/contract'
import { changeInsight } from './explain-change'
import { groupsInsight, type GroupsQuestion } from './explain-groups'
import { beeswarmInsight, dependenceInsight, importanceInsight } from './explain-many'
import { insertModel, insertVersion, logRows, START, type LoggedRow } from './testing'

const viewer = { kind: 'user', id: 'u', name: 'V', role: 'viewer' } satisfies Principal
const auditor = { kind: 'user', id: 'a', name: 'A', role: 'auditor' } satisfies Principal

const DAY = 24 * HOUR_MS
/** Forty rows of June in the south with short waits, twenty of July in the north with long ones. */
const JUNE: LoggedRow[] = Array.from({ length: 40 }, (_, row) => ({
  at: START + row * HOUR_MS, inputs: [row % 2 === 0 ? 5 : 15, 's', row % 4 === 0 ? null : 30], values: [row % 2 === 0 ? -0.2 : 0.1, 0.05, 0], base: -1, label: '0', score: 0.2,
}))
const JULY: LoggedRow[] = Array.from({ length: 20 }, (_, row) => ({
  at: START + 30 * DAY + row * HOUR_MS, inputs: [95, 'n', 60], values: [0.8, row % 2 === 0 ? -0.1 : -0.3, 0.02], base: -1, label: '1', score: 0.4,
}))
const JUNE_SPAN = { from: START, to: START + 30 * DAY }
const JULY_SPAN = { from: START + 30 * DAY, to: START + 61 * DAY }
const BOTH = { environment: 'production', from: START, to: START + 61 * DAY }
const at = (span: { from: number; to: number }) => ({ environment: 'production', version: 1, ...span })

describe.each(ENGINES)('insights on %s', (engine) => {
  let db: Database
  let version: Version
  let newer: Version
  let ids: string[]

  beforeAll(async () => {
    db = await openTestDatabase(engine)
    await db.write(async (tx) => {
      const modelId = await insertModel(tx, 'no-show')
      version = await insertVersion(tx, modelId, 1)
      newer = await insertVersion(tx, modelId, 2)
      ids = await logRows(tx, version, [
        ...JUNE,
        ...JULY,
        // None of these may count: unexplained, another environment, another scale.
        { at: START + HOUR_MS, inputs: [50, 'n', 1], values: [9, 9, 9], isUnexplained: true },
        { at: START + HOUR_MS, inputs: [50, 'n', 1], values: [9, 9, 9], environment: 'staging' },
        { at: START + HOUR_MS, inputs: [50, 'n', 1], values: [9, 9, 9], scale: 'probability' },
      ])
      await tx.insert(tx.tables(explanationsTables).explanations).values({
        predictionId: ids[0] ?? '', method: 'permutation', scale: 'probability', base: 0.3, values: [0.1, -0.2, 0], errors: [0, 0, 0], permutations: 400, residual: 0, backgroundHash: 'b', createdAt: START,
      })
      await logRows(tx, newer, [{ at: START + 2 * HOUR_MS, inputs: [50, 'n', 1], values: [9, 9, 9] }])
    })
  })
  afterAll(() => db.close())

  async function compared(asked: GroupsQuestion): Promise<GroupReport> {
    const { comparison, refusal } = await groupsInsight(viewer, 'no-show', asked)
    if (!comparison) throw new Error(refusal)
    return comparison
  }

  it('reads explanations that were made later, of versions that are explained by asking the model', async () => {
    const asked = { ...version, explainability: null }
    const { scan, rows } = await readExplained(db, asked, BOTH, { most: 100, scale: 'probability' })
    expect(scan.rows).toBe(1)
    expect(Array.from(rows.contributions)).toEqual([0.1, -0.2, 0])
    expect(Array.from(rows.bases)).toEqual([0.3])
  })

  it('takes the mean size of contributions, its standard error, direction and share', async () => {
    const report = await importanceInsight(viewer, 'no-show', at(BOTH))
    expect(report.basis).toMatchObject({ source: 'logged', rows: 60, logged: 62, isSample: false })
    expect(report.fields.map((field) => field.field)).toEqual(['wait', 'region', 'age'])
    const [wait, region] = report.fields
    // 20 × 0.2 + 20 × 0.1 + 20 × 0.8 over 60; squared deviations by hand.
    const mean = 22 / 60
    const squares = 20 * (0.2 - mean) ** 2 + 20 * (0.1 - mean) ** 2 + 20 * (0.8 - mean) ** 2
    expect(wait?.meanAbsolute).toBeCloseTo(mean, 12)
    expect(wait?.standardError).toBeCloseTo(Math.sqrt(squares / 59 / 60), 12)
    expect(wait?.mean).toBeCloseTo((-20 * 0.2 + 20 * 0.1 + 20 * 0.8) / 60, 12)
    expect(region?.meanAbsolute).toBeCloseTo((40 * 0.05 + 10 * 0.1 + 10 * 0.3) / 60, 12)
    expect(report.fields.reduce((sum, field) => sum + field.share, 0)).toBeCloseTo(1, 12)
  })

  it('splits by the answered class and by the values of a field', async () => {
    const byClass = await importanceInsight(viewer, 'no-show', { ...at(BOTH), by: 'class' })
    expect(byClass.groups?.map(({ key, label, rows }) => [key, label, rows])).toEqual([['0', 'comes', 40], ['1', 'stays away', 20]])
    const byWait = await importanceInsight(viewer, 'no-show', { ...at(BOTH), by: 'field', field: 'wait' })
    expect(byWait.groups?.map(({ label, rows }) => [label, rows])).toEqual([['below 20 days', 40], ['80 days or more', 20]])
    const byRegion = await importanceInsight(viewer, 'no-show', { ...at(BOTH), by: 'field', field: 'region' })
    expect(byRegion.groups?.map(({ key, label, rows }) => [key, label, rows])).toEqual([['s', 'south', 40], ['n', 'north', 20]])
    expect(byRegion.groups?.[1]?.fields.find((field) => field.field === 'region')?.meanAbsolute).toBeCloseTo(0.2, 12)
  })

  it('splits by the decision where one follows from the score', () => {
    const decided = { signature: { ...version.signature, decision: { threshold: 0.3, above: 'call the patient', below: '' } } }
    const { groupOf } = byClass(decided)
    expect([0.2, 0.3, null].map((score) => groupOf(null, { label: '0', score })?.label)).toEqual(['below the threshold', 'call the patient', undefined])
  })

  it('falls back on the reference where too little was logged, and says so', async () => {
    const report = await importanceInsight(viewer, 'no-show', { ...at(BOTH), version: 2 })
    expect(report.basis).toMatchObject({ source: 'reference', rows: 100, logged: 1 })
    expect(report.fields[0]).toMatchObject({ field: 'wait', meanAbsolute: 0.3, mean: null })
  })

  it('refuses what does not exist, and sensitive fields to those who may not see them', async () => {
    await expect(importanceInsight(viewer, 'other', at(BOTH))).rejects.toMatchObject({ code: 'model_unknown' })
    await expect(importanceInsight(viewer, 'no-show', { ...at(BOTH), version: 9 })).rejects.toMatchObject({ code: 'version_unknown' })
    await expect(importanceInsight(viewer, 'no-show', { ...at(BOTH), by: 'field', field: 'x' })).rejects.toMatchObject({ code: 'field_unknown' })
    await expect(importanceInsight(viewer, 'no-show', { ...at(BOTH), by: 'field', field: 'age' })).rejects.toMatchObject({ code: 'permission_missing' })
    await expect(importanceInsight(viewer, 'no-show', { ...at(BOTH), from: BOTH.to })).rejects.toMatchObject({ kind: 'invalid' })
    await expect(importanceInsight(null, 'no-show', at(BOTH))).rejects.toMatchObject({ kind: 'unauthenticated' })
    expect((await importanceInsight(auditor, 'no-show', { ...at(BOTH), by: 'field', field: 'age' })).groups?.map((group) => group.label)).toEqual(['20 to below 40', '60 to below 80', 'not given'])
    expect(importanceQuestionSchema.safeParse({ by: 'other' }).success).toBe(false)
  })

  it('reads a part that is spread over the period where there are more rows than asked for', async () => {
    const { scan, rows } = await readExplained(db, version, BOTH, { most: 12, scale: 'margin' })
    expect(scan).toMatchObject({ logged: 62, isSample: true })
    expect(rows.count).toBe(12)
    // Two thirds of the rows are of June, so are the places that were read.
    expect(rows.labels.filter((label) => label === '0')).toHaveLength(8)
  })

  it('shows a beeswarm without values, and without places of sensitive fields to a viewer', async () => {
    const report = await beeswarmInsight(viewer, 'no-show', { ...at(BOTH), limit: 100 })
    const [wait, , age] = report.fields
    expect(wait).toMatchObject({ field: 'wait', kind: 'number', isMasked: false, tendency: 'raises' })
    expect(wait?.places?.[0]).toBe(0)
    expect(wait?.places.at(-1)).toBe(1)
    expect(age).toMatchObject({ isMasked: true, isMissing: null })
    expect(age?.places.every((place) => place === null)).toBe(true)
    const seen = await beeswarmInsight(auditor, 'no-show', { ...at(BOTH), limit: 100 })
    expect(seen.fields[2]?.isMissing?.filter(Boolean)).toHaveLength(10)
    expect(seen.fields[2]?.places.filter((place) => place !== null)).toHaveLength(50)
  })

  it('tells how a field works, by its values and with its partner', async () => {
    const report = await dependenceInsight(viewer, 'no-show', { ...at(BOTH), field: 'wait' })
    expect(report.bands.map(({ label, rows, mean }) => [label, rows, Number(mean.toFixed(6))])).toEqual([['5 days', 20, -0.2], ['15 days', 20, 0.1], ['95 days', 20, 0.8]])
    expect(report.sentence).toBe('More of it raises the score: 5 days it lowers the odds by 18 % on average, at 95 days it multiplies the odds by 2.2.')
    const asked = await dependenceInsight(viewer, 'no-show', { ...at(BOTH), field: 'wait', partner: 'region' })
    expect(asked.partner).toMatchObject({ field: 'region', method: 'asked', groups: ['south', 'north'] })
    const masked = await dependenceInsight(viewer, 'no-show', { ...at(BOTH), field: 'age' })
    expect(masked).toMatchObject({ isMasked: true, values: [], contributions: [], bands: [] })
    await expect(dependenceInsight(viewer, 'no-show', { ...at(BOTH), field: 'wait', partner: 'age' })).rejects.toMatchObject({ code: 'permission_missing' })
  })

  it('divides the difference of two groups exactly among the fields', async () => {
    const asked = { ...at(JULY_SPAN), otherFrom: JUNE_SPAN.from, otherTo: JUNE_SPAN.to }
    const report = await compared(asked)
    expect(report.group).toMatchObject({ rows: 20, label: '1 to 31 July 2026', meanScore: expect.closeTo(0.4, 12) as number })
    expect(report.other).toMatchObject({ rows: 40, label: '1 to 30 June 2026', rowsOfOtherVersions: 1 })
    // July: -1 + 0.8 - 0.2 + 0.02; June: -1 - 0.05 + 0.05.
    expect(report.difference).toBeCloseTo(-0.38 - -1, 12)
    expect(report.fields.reduce((sum, field) => sum + field.difference, report.baseDifference)).toBeCloseTo(report.difference, 12)
    const [wait, region, age] = report.fields
    // No value of July occurs in June: all of the difference is the mix.
    expect(wait).toMatchObject({ field: 'wait', fromEffect: expect.closeTo(0, 12) as number, group: { median: 95 }, other: { median: 10 } })
    expect(wait?.difference).toBeCloseTo(0.85, 12)
    expect(wait?.standardError).toBeCloseTo(Math.sqrt((40 * 0.15 ** 2) / 39 / 40), 12)
    expect(region?.sentence).toContain('“north” 100 %, against 0 %')
    expect(age).toMatchObject({ isMasked: true, group: null, other: null })
    expect(report.sentence).toMatch(/^Scores are higher in 1 to 31 July 2026 than in 1 to 30 June 2026: .* mostly through Waiting time\.$/)
  })

  it('compares by a condition, and refuses groups that are too small, saying why', async () => {
    const report = await compared({ ...at(BOTH), field: 'region', value: 'n', otherField: 'region', otherValue: 's' })
    expect([report.group, report.other].map(({ label, rows }) => [label, rows])).toEqual([['Region north', 20], ['Region south', 40]])
    expect(await compared({ ...at(JUNE_SPAN), field: 'wait', value: 'band-1' })).toMatchObject({ group: { rows: 40 }, difference: 0 })
    expect(await groupsInsight(viewer, 'no-show', { ...at(BOTH), version: 2 })).toEqual({ comparison: null, refusal: expect.stringContaining('Other versions answered 62') as string })
    await expect(groupsInsight(viewer, 'no-show', { ...at(BOTH), field: 'age', value: 'band-1' })).rejects.toMatchObject({ code: 'permission_missing' })
    expect(groupsQuestionSchema.safeParse({ from: 'never' }).success).toBe(false)
  })

  it('explains why a score moved between two predictions of one version', async () => {
    const report = await changeInsight(viewer, 'no-show', { before: ids[0] ?? '', after: ids[59] ?? '' })
    // -1 - 0.2 + 0.05 to -1 + 0.8 - 0.3 + 0.02.
    expect(report).toMatchObject({ isSameVersion: true, scale: 'margin', baseDifference: 0, before: { margin: expect.closeTo(-1.15, 12) as number }, after: { margin: expect.closeTo(-0.48, 12) as number } })
    expect(report.difference).toBeCloseTo(0.67, 12)
    const [wait, region, age] = report.fields
    expect(wait).toMatchObject({ field: 'wait', before: '5 days', after: '95 days', isChanged: true, modelPart: 0, difference: expect.closeTo(1, 12) as number })
    expect(region).toMatchObject({ before: 'south', after: 'north' })
    expect(age).toMatchObject({ isMasked: true, before: null, after: null, isChanged: true })
    expect(report.sentence).toContain('Most of it through Waiting time (5 days, then 95 days)')
    await expect(changeInsight(viewer, 'no-show', { before: ids[0] ?? '', after: 'none' })).rejects.toMatchObject({ code: 'prediction_unknown' })
  })
})
