import { describe, expect, it } from 'vitest'
import { attributionShape, attributionValues } from '@/lib/math/attribution-profile'
import { Profile, profileOf } from '@/lib/math/profile'
import { contributions } from '../testing/fixture'
import { bandOf, compareReasons, mergeTallies, placesOf, rankingKept, reasonVerdict, shareOfRows, sizesOf, stretchOf, tallyOf } from './attributions'

const FIELDS = ['age', 'waiting_days', 'location', 'weekday', 'hour']
const ROWS = [
  [3, -1, 0.5, 0.2, 0.1],
  [-3, 2, 0, 0.2, 0.1],
  [1, -2, 0.5, -0.2, 0.1],
  [1, 0, 0, 0, 0],
]
const shape = attributionShape(FIELDS, ROWS)
const profile = (rows: readonly number[][]) => profileOf(shape, rows.map((values) => attributionValues(FIELDS, values)))

describe('the tally of explanations', () => {
  const tally = tallyOf(profile(ROWS), 4)

  it('counts rows, squared contributions and reasons, by hand', () => {
    expect(tally.rows).toBe(4)
    expect(Array.from(tally.squares, (sum) => Number(sum.toFixed(9)))).toEqual([20, 9, 0.5, 0.12, 0.03])
    expect(sizesOf(tally)?.map((size) => Number(size.toFixed(6)))).toEqual([2.236068, 1.5, 0.353553, 0.173205, 0.086603])
    expect([...tally.first]).toEqual([3, 1, 0, 0, 0])
    // The fourth place of the second row is the hour's: its location contributes nothing. The last row has one reason only.
    expect([...tally.main]).toEqual([4, 3, 2, 3, 1])
    expect([...tallyOf(profile(ROWS), 1).main]).toEqual([...tally.first])
    expect([...tallyOf(profile(ROWS), 2).main]).toEqual([4, 3, 0, 0, 0])
  })

  it('of hours adds up to that of the whole', () => {
    const parts = ROWS.map((row) => tallyOf(profile([row]), 4))
    const sum = mergeTallies(tally, parts)
    expect(sum.rows).toBe(tally.rows)
    expect(sum.main).toEqual(tally.main)
    expect(sum.first).toEqual(tally.first)
    expect(sum.bins).toEqual(tally.bins)
    sum.squares.forEach((value, field) => expect(value).toBeCloseTo(tally.squares[field] ?? NaN, 9))
    expect(mergeTallies(tally, [])).toMatchObject({ rows: 0 })
  })

  it('of nothing has no sizes and no ranking', () => {
    const nothing = tallyOf(new Profile(shape), 4)
    expect(sizesOf(nothing)).toBeNull()
    expect(rankingKept(tally, nothing)).toBeNull()
    // A reference in which nothing contributes has no order to keep.
    expect(rankingKept(tallyOf(profile([[0, 0, 0, 0, 0]]), 4), tally)).toBeNull()
  })

  it('tells whether the fields still matter in the same order', () => {
    expect(rankingKept(tally, tally)).toBe(1)
    // Age, worth most, falls to the end; the others move up by one place.
    const fallen = tallyOf(profile(ROWS.map(([age, ...others]) => [(age ?? 0) / 1000, ...others])), 4)
    const gains = [Math.sqrt(5), 1.5, Math.sqrt(0.125), Math.sqrt(0.03), Math.sqrt(0.0075)]
    const discount = (place: number) => 1 / Math.log2(place + 1)
    const at = (places: number[]) => gains.reduce((sum, gain, index) => sum + gain * discount(places[index] ?? 0), 0)
    expect(rankingKept(tally, fallen)).toBeCloseTo(at([5, 1, 2, 3, 4]) / at([1, 2, 3, 4, 5]), 9)
    expect(placesOf([3, 1, 3, 0])).toEqual([1, 3, 1, 4])
  })
})

describe('the band of a reason', () => {
  const settings = { tolerance: 0.1, standardErrors: 3 }

  it('is the tolerance where many rows stand behind both shares, and wider where few do', () => {
    expect(bandOf({ count: 300, rows: 1000 }, 100_000, settings)).toEqual({ low: 0.19999999999999998, high: 0.4 })
    // 302 / 1004 = 0.300797; three times sqrt(0.300797 · 0.699203 · (1/1000 + 1/50)) = 0.199373.
    const few = bandOf({ count: 300, rows: 1000 }, 50, settings)
    expect(few.low).toBeCloseTo(0.3 - 0.199373, 5)
    expect(few.high).toBeCloseTo(0.3 + 0.199373, 5)
    // Never seen in the reference is no proof of never: 2/104 is taken for the error.
    expect(bandOf({ count: 0, rows: 100 }, 50, { ...settings, tolerance: 0.01 }).high).toBeCloseTo(3 * Math.sqrt((2 / 104) * (102 / 104) * (1 / 100 + 1 / 50)), 9)
  })

  it.each([
    // share, reference, verdict
    [0.38, 0.04, 'new'],
    [0.6, 0.3, 'more'],
    [0.39, 0.3, 'same'],
    [0.1, 0.3, 'less'],
    [0, 0.05, 'same'],
    [1, 0.95, 'same'],
  ] as const)('%d where the reference has %d: %s', (share, reference, verdict) => {
    const band = bandOf({ count: reference * 1000, rows: 1000 }, 10_000, settings)
    expect(reasonVerdict(share, reference, band)).toBe(verdict)
  })

  it('says how far outside a share lies', () => {
    expect(stretchOf(0.5, 0.3, { low: 0.2, high: 0.4 })).toBeCloseTo(2, 9)
    expect(stretchOf(0.15, 0.3, { low: 0.2, high: 0.4 })).toBeCloseTo(1.5, 9)
    expect(stretchOf(0.3, 0.3, { low: 0.2, high: 0.4 })).toBe(0)
  })

  it('has an interval around what was counted', () => {
    expect(shareOfRows({ count: 1, rows: 4 }, { count: 0, rows: 0 })).toEqual({ reference: 0.25, current: null, low: null, high: null })
    const share = shareOfRows({ count: 1, rows: 4 }, { count: 38, rows: 100 })
    // Wilson's interval of 38 of 100: (0.38 + 0.019207 ± 1.959964 sqrt(0.002356 + 0.000096)) / 1.038415.
    expect(share.low).toBeCloseTo(0.290976, 5)
    expect(share.high).toBeCloseTo(0.477902, 5)
  })
})

describe('chance alone', () => {
  it('does not leave the default band in 200 weeks of 200 rows', () => {
    const names = FIELDS.slice(0, 3)
    const drawn = contributions(1000, { seed: 500 })
    const three = attributionShape(names, drawn)
    const tallied = (rows: readonly number[][]) => tallyOf(profileOf(three, rows.map((values) => attributionValues(names, values))), 1)
    const reference = tallied(drawn)
    for (let week = 0; week < 200; week++) {
      for (const { main, band } of compareReasons(reference, tallied(contributions(200, { seed: week })), { tolerance: 0.01, standardErrors: 4 })) {
        expect(stretchOf(main.current ?? 0, main.reference, band)).toBeLessThanOrEqual(1)
      }
    }
  })
})
