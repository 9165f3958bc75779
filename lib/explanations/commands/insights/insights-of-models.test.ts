// The same questions of real models: registered, asked and explained through the real commands and the worker process.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { endServing, exampleRows, operator, program, registerExample, releaseToStaging, viewer } from '@/lib/serving/testing/fixture'
import type { Database } from '@/lib/database'
import { openTestDatabase } from '@/lib/database/testing'
import { predict } from '@/lib/serving/commands'
import type { SinglePredictAnswer } from '@/lib/serving/contract'
import { findModel, findVersion } from '@/lib/registry/queries'
import { rowOf } from '../../rules'
import { explainedVersion, explainerPool } from '../explainer'
import { closeExplainer, registerExplainer } from '../index'
import { changeInsight } from './explain-change'
import { interactionsInsight } from './explain-interactions'
import { beeswarmInsight, dependenceInsight, importanceInsight } from './explain-many'
import { referenceRows } from './reference-rows'

const CLINIC = 'no-show-risk'
const STAGING = { environment: 'staging' }

describe('insights of real models', () => {
  let db: Database
  const ids: string[] = []

  async function ask(subject: string, row: number, changes: Record<string, unknown> = {}): Promise<string> {
    const inputs = { ...exampleRows('clinic', row + 1)[row], ...changes }
    const answer = (await predict(program, CLINIC, { inputs, environment: 'staging', subject })) as SinglePredictAnswer
    return answer.id
  }

  beforeAll(async () => {
    db = await openTestDatabase('sqlite')
    registerExplainer()
    await registerExample('clinic', 1)
    await releaseToStaging(CLINIC, 1)
    ids.push(await ask('P-1', 0))
    ids.push(await ask('P-1', 0, { waiting_days: 45 }))
    await registerExample('clinic', 2)
    await releaseToStaging(CLINIC, 2)
    ids.push(await ask('P-1', 0, { waiting_days: 45 }))
  }, 120_000)
  afterAll(async () => {
    await closeExplainer()
    await endServing()
    await db.close()
  })

  it('explain reference rows where too little was logged', async () => {
    const asked = { ...STAGING, version: 1 }
    expect((await importanceInsight(viewer, CLINIC, asked)).basis).toMatchObject({ source: 'reference', logged: 2 })
    const byClassless = await importanceInsight(viewer, CLINIC, { ...asked, by: 'field', field: 'waiting_days' })
    expect(byClassless.basis).toMatchObject({ source: 'reference', rows: 100 })
    expect(byClassless.groups?.reduce((sum, group) => sum + group.rows, byClassless.rowsLeftOut)).toBe(100)
    const swarm = await beeswarmInsight(viewer, CLINIC, { ...asked, limit: 100 })
    expect(swarm.fields[0]?.contributions).toHaveLength(100)
    expect(swarm.fields.find((field) => field.field === 'age')?.isMasked).toBe(true)
  })

  it('find pairs that work together, and choose the partner by them', async () => {
    const found = await interactionsInsight(operator, CLINIC, { ...STAGING, version: 1 })
    const { fields, matrix, pairs } = found
    expect(matrix).toHaveLength(fields.length ** 2)
    for (let row = 0; row < fields.length; row++) {
      for (let column = 0; column < row; column++) expect(matrix[row * fields.length + column]).toBe(matrix[column * fields.length + row])
    }
    expect(pairs[0]?.meanAbsolute).toBeGreaterThan(0)
    expect(pairs[0]?.sentence).toMatch(/ together move the score by .* on average, beyond what each does alone\.$/)
    const [field = ''] = pairs[0]?.fields ?? []
    const { partner } = await dependenceInsight(operator, CLINIC, { ...STAGING, version: 1, field })
    expect(partner).toMatchObject({ method: 'interaction' })
    expect(partner?.strength).toBeGreaterThan(0)
    expect(pairs.some((pair) => pair.fields.includes(field) && pair.fields.includes(partner?.field ?? ''))).toBe(true)
  })

  it('share contributions out exactly among what a field does alone and its halves of the pairs', async () => {
    const model = await findModel(db, CLINIC)
    const version = model && (await findVersion(db, model.id, 1))
    if (!version) throw new Error('the version that was registered is not there')
    const { rows } = await referenceRows(version)
    const some = rows.inputs.slice(0, 15)
    const found = await explainerPool().ask(explainedVersion(version), 'interactions', { rows: some.map((inputs) => rowOf(version.signature, inputs)), budgetMs: 60_000 })
    expect(found.rows).toBe(15)
    for (let field = 0; field < rows.width; field++) {
      let sum = 0
      for (let other = 0; other < rows.width; other++) sum += (found.means[field * rows.width + other] ?? NaN) / (other === field ? 1 : 2)
      const contribution = some.reduce((total, _, row) => total + (rows.contributions[row * rows.width + field] ?? NaN), 0) / some.length
      expect(sum).toBeCloseTo(contribution, 9)
    }
    expect(found.meanAbsolutes[1]).toBeGreaterThanOrEqual(Math.abs(found.means[1] ?? NaN))
  })

  it('explain a change of the data by one version', async () => {
    const report = await changeInsight(viewer, CLINIC, { before: ids[0] ?? '', after: ids[1] ?? '' })
    expect(report.isSameVersion).toBe(true)
    expect(report.fields.filter((field) => field.isChanged).map((field) => field.field)).toEqual(['waiting_days'])
    const sum = report.fields.reduce((total, field) => total + field.difference, report.baseDifference)
    expect(sum).toBeCloseTo(report.after.margin - report.before.margin, 9)
  })

  it('divide a change of data and version into both parts, which add up', async () => {
    const [old = '', crossed = '', newest = ''] = ids
    const report = await changeInsight(viewer, CLINIC, { before: old, after: newest })
    expect(report).toMatchObject({ isSameVersion: false, before: { version: 1 }, after: { version: 2 } })
    for (const field of report.fields) expect(field.dataPart + field.modelPart).toBeCloseTo(field.difference, 12)
    expect(report.fields.reduce((total, field) => total + field.difference, report.baseDifference)).toBeCloseTo(report.after.margin - report.before.margin, 9)
    expect(report.sentence).toMatch(/The change of data .*, the change of the model /)
    // The same row, another version: nothing comes from the data.
    const modelOnly = await changeInsight(viewer, CLINIC, { before: crossed, after: newest })
    expect(modelOnly.fields.some((field) => field.isChanged)).toBe(false)
    for (const field of modelOnly.fields) expect(field.dataPart).toBeCloseTo(0, 12)
  })
})
