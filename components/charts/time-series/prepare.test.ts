import { describe, expect, it } from 'vitest'
import { placeAnnotations, prepareTimeSeries, valueRange, writeTime } from './prepare'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const MAY_3 = Date.UTC(2026, 4, 3)

function series(id: string, values: Array<[number, number | null]>) {
  return { id, label: id.toUpperCase(), points: values.map(([offset, value]) => ({ at: MAY_3 + offset, value })) }
}

describe('prepareTimeSeries', () => {
  it('joins several series on time and leaves gaps where one has no value', () => {
    const { rows } = prepareTimeSeries({
      series: [series('a', [[HOUR, 2], [0, 1]]), series('b', [[0, 5], [2 * HOUR, 7]])],
    })
    expect(rows.map((row) => [row.at - MAY_3, row.s0, row.s1])).toEqual([
      [0, 1, 5],
      [HOUR, 2, null],
      [2 * HOUR, null, 7],
    ])
  })

  it('turns buckets without a point into gaps, never into zero', () => {
    const { rows } = prepareTimeSeries({ series: [series('a', [[0, 1], [3 * HOUR, 4]])], bucketMs: HOUR })
    expect(rows.map((row) => row.s0)).toEqual([1, null, null, 4])
  })

  it('draws the unfinished bucket apart, joined to the last finished one', () => {
    const { rows, lines, table } = prepareTimeSeries({
      series: [series('a', [[0, 1], [HOUR, 2], [2 * HOUR, 3]])],
      unfinishedFrom: MAY_3 + 2 * HOUR,
    })
    expect(rows.map((row) => row.s0)).toEqual([1, 2, null])
    expect(rows.map((row) => row.u0)).toEqual([null, 2, 3])
    expect(lines[0]?.hasUnfinished).toBe(true)
    expect(table.rows[0]?.[0]?.text).toBe('3 May 02:00 (so far)')
  })

  it('marks points that stand alone between gaps', () => {
    const { lines } = prepareTimeSeries({
      series: [series('a', [[0, 1], [HOUR, null], [2 * HOUR, 3], [3 * HOUR, null], [4 * HOUR, 5], [5 * HOUR, 6]])],
    })
    expect(lines[0]?.isolated.map((at) => at - MAY_3)).toEqual([0, 2 * HOUR])
  })

  it('is empty when every value is null or not a number', () => {
    expect(prepareTimeSeries({ series: [] }).isEmpty).toBe(true)
    expect(prepareTimeSeries({ series: [series('a', [[0, null], [HOUR, Number.NaN]])] }).isEmpty).toBe(true)
    expect(prepareTimeSeries({ series: [series('a', [[0, 0]])] }).isEmpty).toBe(false)
  })

  it('gives a table, newest first, with written and raw values', () => {
    const { table, isDaily } = prepareTimeSeries({
      series: [series('a', [[0, 0.25], [DAY, null]])],
      bucketMs: DAY,
      format: 'percent',
    })
    expect(isDaily).toBe(true)
    expect(table.columns.map((column) => column.label)).toEqual(['Time (UTC)', 'A'])
    expect(table.rows).toEqual([
      [{ text: '4 May', raw: '2026-05-04T00:00:00.000Z' }, { text: '–', raw: null }],
      [{ text: '3 May', raw: '2026-05-03T00:00:00.000Z' }, { text: '25\u00a0%', raw: 0.25 }],
    ])
  })

  it('draws a band only where both of its edges are known, and lists them in the table', () => {
    const { rows, bandLabel, table } = prepareTimeSeries({
      series: [series('a', [[0, 0.5], [HOUR, 0.6]])],
      band: {
        label: 'interval',
        points: [{ at: MAY_3, low: 0.25, high: 0.75 }, { at: MAY_3 + HOUR, low: 0.4, high: null }],
      },
    })
    expect(bandLabel).toBe('interval')
    expect(rows.map((row) => [row.bandLow, row.bandHigh])).toEqual([[0.25, 0.75], [null, null]])
    expect(table.columns.map((column) => column.label)).toEqual(['Time (UTC)', 'A', 'interval, low', 'interval, high'])
    expect(table.rows[1]?.map((cell) => cell.raw)).toEqual(['2026-05-03T00:00:00.000Z', 0.5, 0.25, 0.75])
  })

  it('does not invent millions of buckets for a stray timestamp', () => {
    const { rows } = prepareTimeSeries({ series: [series('a', [[-MAY_3, 1], [0, 2]])], bucketMs: 60_000 })
    expect(rows).toHaveLength(2)
  })
})

describe('valueRange', () => {
  const prepared = prepareTimeSeries({ series: [series('a', [[0, 3], [HOUR, null], [2 * HOUR, 8]])], unfinishedFrom: MAY_3 + 2 * HOUR })

  it('starts at zero and counts the unfinished bucket too', () => {
    expect(valueRange(prepared, {})).toEqual([0, 8])
  })

  it('keeps the threshold in view', () => {
    expect(valueRange(prepared, { threshold: 20 })).toEqual([0, 20])
    expect(valueRange(prepared, { threshold: -1 })).toEqual([-1, 8])
  })

  it('keeps the band in view', () => {
    const banded = prepareTimeSeries({ series: [series('a', [[0, 3]])], band: { label: 'b', points: [{ at: MAY_3, low: -2, high: 9 }] } })
    expect(valueRange(banded, {})).toEqual([-2, 9])
  })

  it('obeys the caller', () => {
    expect(valueRange(prepared, { minimum: 2, maximum: 10 })).toEqual([2, 10])
    expect(valueRange(prepareTimeSeries({ series: [] }), {})).toEqual([0, 0])
  })
})

describe('placeAnnotations', () => {
  const rows = [{ at: MAY_3 }, { at: MAY_3 + DAY }]

  it('keeps those in range, ordered and lettered; one inside the last bucket sits on it', () => {
    const placed = placeAnnotations(
      [
        { at: MAY_3 + DAY + HOUR, label: 'v3', kind: 'release' },
        { at: MAY_3 + HOUR, label: 'drift', kind: 'incident' },
        { at: MAY_3 - 1, label: 'old', kind: 'release' },
      ],
      rows,
      DAY,
    )
    expect(placed.map((one) => [one.letter, one.label, one.at - MAY_3])).toEqual([
      ['a', 'drift', HOUR],
      ['b', 'v3', DAY],
    ])
  })

  it('places nothing without rows', () => {
    expect(placeAnnotations([{ at: MAY_3, label: 'v1', kind: 'release' }], [])).toEqual([])
  })
})

it('writes days without, hours with the time', () => {
  expect(writeTime(MAY_3 + 14 * HOUR, false)).toBe('3 May 14:00')
  expect(writeTime(MAY_3, true)).toBe('3 May')
})
