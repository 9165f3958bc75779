import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { accuracy, auc, brier, confusion } from '@/lib/math/metrics'
import { quantile } from '@/lib/math/quantile-bins'
import { DAY_MS } from '@/lib/platform/clock'
import { datesOf, daysOf, weekdayOf, weeks } from '../calendar'
import { csvText } from '../csv-text'
import { openModel, readMetadata, readReference, shareWhere } from '../model-session'
import { CALENDAR, RIVERSIDE_OPENS, bookings, outcomeOf } from './simulator'
import { trainingRows } from './training-rows'

const versions = [
  { version: 'v1', train: 'trainV1', heldOut: 'heldOutV1' },
  { version: 'v2', train: 'trainV2', heldOut: 'heldOutV2' },
] as const

describe.each(versions)('no-show-risk $version', ({ version, train, heldOut }) => {
  it('ranks the reference rows better than chance', async () => {
    const model = await openModel('clinic', version)
    const rows = readReference('clinic', version)
    const scores = await model.score(rows)
    expect([...model.inputNames].sort()).toEqual([...readMetadata('clinic', version).featureOrder].sort())
    expect(scores.every((score) => score > 0 && score < 1)).toBe(true)
    expect(auc({ y: rows.map((row) => Number(row['target'])), score: scores })).toBeGreaterThan(0.68)
  })

  it('reproduces the held-out metrics it was registered with', async () => {
    const { lineage, decision } = readMetadata('clinic', version)
    const rows = trainingRows(heldOut)
    const scored = {
      y: rows.map(({ target }) => target),
      score: await (await openModel('clinic', version)).score(rows),
    }
    expect(rows).toHaveLength(lineage.metrics['heldOutRows'] ?? 0)
    expect(auc(scored)).toBeCloseTo(lineage.metrics['auc'] ?? 0, 3)
    expect(accuracy(confusion(scored, decision?.threshold))).toBeCloseTo(lineage.metrics['accuracy'] ?? 0, 3)
  })

  it('was trained on the rows its lineage names', () => {
    const { lineage } = readMetadata('clinic', version)
    const rows = trainingRows(train)
    expect(rows).toHaveLength(lineage.rows)
    expect(createHash('sha256').update(csvText(rows)).digest('hex')).toBe(lineage.dataHash)
    expect(lineage.period).toEqual(datesOf(CALENDAR[train]))
    const { heldOutFrom, heldOutTo } = lineage.parameters
    expect({ from: heldOutFrom, to: heldOutTo }).toEqual(datesOf(CALENDAR[heldOut]))
  })
})

describe('the simulated clinic', () => {
  it('gives the same bookings for the same day, and others for another seed', () => {
    expect(bookings(RIVERSIDE_OPENS)).toEqual(bookings(RIVERSIDE_OPENS))
    expect(bookings(RIVERSIDE_OPENS)).not.toEqual(bookings(RIVERSIDE_OPENS, { seed: 1 }))
  })

  it('keeps the established locations as they are when Riverside opens', () => {
    const day = RIVERSIDE_OPENS + 20 * DAY_MS
    const established = bookings(day).filter(({ fields }) => fields.location !== 'Riverside')
    expect(established).toEqual(bookings(day, { riversideOpensAt: null }))
    expect(bookings(RIVERSIDE_OPENS - DAY_MS)).toEqual(bookings(RIVERSIDE_OPENS - DAY_MS, { riversideOpensAt: null }))
  })

  it('has ids of its own, opening hours and no appointment on a Sunday', () => {
    const made = daysOf(weeks(4, 6)).flatMap((day) => bookings(day))
    expect(new Set(made.map(({ id }) => id)).size).toBe(made.length)
    expect(made.every(({ appointmentAt, at }) => appointmentAt > at && weekdayOf(appointmentAt) !== 0)).toBe(true)
    expect(made.every(({ subject }) => /^P-\d{6}$/.test(subject))).toBe(true)
    const onSundays = made.filter(({ at }) => weekdayOf(at) === 0).length
    expect(onSundays).toBeGreaterThan(0)
    expect(onSundays).toBeLessThan(0.03 * made.length)
  })

  it('becomes younger and waits longer with Riverside', () => {
    const before = daysOf(weeks(0, 3)).flatMap((day) => bookings(day).map(({ fields }) => fields))
    const after = daysOf(weeks(6, 9)).flatMap((day) => bookings(day).map(({ fields }) => fields))
    const shiftOf = (name: 'age' | 'waiting_days') =>
      median(after.map((fields) => fields[name])) - median(before.map((fields) => fields[name]))
    expect(shiftOf('age')).toBeLessThanOrEqual(-6)
    expect(shiftOf('waiting_days')).toBeGreaterThanOrEqual(2)
    const riverside = after.filter(({ location }) => location === 'Riverside')
    expect(riverside.length / after.length).toBeGreaterThan(0.25)
    expect(median(riverside.map(({ age }) => age))).toBeLessThan(35)
    expect(median(riverside.map((fields) => fields.waiting_days))).toBeGreaterThan(18)
  })

  it('needs v2 where Riverside patients book', async () => {
    const rows = trainingRows('heldOutV2').filter(({ location }) => location === 'Riverside')
    const [v1, v2] = await Promise.all(['v1', 'v2'].map(async (name) => (await openModel('clinic', name)).score(rows)))
    const y = rows.map(({ target }) => target)
    expect(brier({ y, score: v1 ?? [] }) - brier({ y, score: v2 ?? [] })).toBeGreaterThan(0.015)
  })

  it('fills more slots where patients are called', () => {
    const made = daysOf(weeks(4, 6)).flatMap((day) => bookings(day))
    const filled = (isCalled: boolean) => shareWhere(made, (booking) => outcomeOf(booking, isCalled).slotFilled === 1)
    expect(filled(true) - filled(false)).toBeGreaterThan(0.1)
    expect(made.every((booking) => !outcomeOf(booking, true).isNoShow || outcomeOf(booking).isNoShow)).toBe(true)
  })
})

function median(values: readonly number[]): number {
  return quantile([...values].sort((a, b) => a - b), 0.5)
}
