import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MOST_REVIEW_CASES } from '../contract'
import { CaseDraw, placeInDraw, selectionRefusal, sum, tallyOf } from './review-sample'

const ids = (count: number, start = 0) => Array.from({ length: count }, (_, index) => `id-${start + index}`)

function drawn(wanted: ConstructorParameters<typeof CaseDraw>[0], population: readonly string[], stratumOf: (id: string) => string | null = () => null) {
  const draw = new CaseDraw(wanted)
  for (const id of population) draw.offer(id, stratumOf(id))
  return draw
}

describe('the draw', () => {
  it('is the order of SHA-256 over seed and id, which any other program repeats', () => {
    const population = ids(500)
    const place = (id: string) => createHash('sha256').update(`7:${id}`, 'utf8').digest('hex')
    const expected = [...population].sort((a, b) => (place(a) < place(b) ? -1 : 1)).slice(0, 40)
    expect(drawn({ kind: 'random', size: 40, seed: 7 }, population).cases().map((one) => one.predictionId)).toEqual(expected)
    // printf '7:id-0' | sha256sum
    expect(placeInDraw(7, 'id-0')).toBe('6665daacca44a41e35ebcd916dfe87854fe4a6993a54aa20637838bf17e63067')
  })

  it('does not depend on the order of the log, nor on what else is asked for', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(ids(80), { minLength: 80, maxLength: 80 }), fc.integer({ min: 1, max: 80 }), fc.nat(999_999_999), (population, size, seed) => {
        const cases = drawn({ kind: 'random', size, seed }, population).cases()
        expect(cases).toEqual(drawn({ kind: 'random', size, seed }, ids(80)).cases())
        // A smaller sample is the beginning of a larger one.
        expect(drawn({ kind: 'random', size: Math.max(1, size - 3), seed }, population).cases()).toEqual(cases.slice(0, Math.max(1, size - 3)))
      }),
      { numRuns: 50 },
    )
  })

  it('gives every decision the same chance, and every pair', () => {
    const population = ids(20)
    const seeds = 20_000
    const seen = new Map<string, number>()
    for (let seed = 0; seed < seeds; seed++) {
      const cases = drawn({ kind: 'random', size: 5, seed }, population).cases().map((one) => one.predictionId)
      for (const id of cases) seen.set(id, (seen.get(id) ?? 0) + 1)
      if (cases.includes('id-3') && cases.includes('id-11')) seen.set('pair', (seen.get('pair') ?? 0) + 1)
    }
    const deviation = (count: number, chance: number) => (count - seeds * chance) / Math.sqrt(seeds * chance * (1 - chance))
    for (const id of population) expect(Math.abs(deviation(seen.get(id) ?? 0, 5 / 20)), id).toBeLessThan(4)
    expect(Math.abs(deviation(seen.get('pair') ?? 0, (5 * 4) / (20 * 19)))).toBeLessThan(4)
  })

  it('puts each place in the draw before or after another equally often', () => {
    const first = ids(400).map((_, seed) => drawn({ kind: 'random', size: 2, seed }, ['a', 'b']).cases()[0]?.predictionId)
    const share = first.filter((id) => id === 'a').length / first.length
    expect(Math.abs(share - 0.5)).toBeLessThan(0.1)
  })

  it('draws from each group what was asked, and all of a smaller one', () => {
    const stratumOf = (id: string) => (Number(id.slice(3)) % 10 === 0 ? 'rare' : Number(id.slice(3)) % 10 < 4 ? 'some' : '')
    const draw = drawn({ kind: 'stratified', size: 15, seed: 3 }, ids(100), stratumOf)
    expect(draw.tally()).toEqual([
      { stratum: 'rare', population: 10, cases: 10 },
      { stratum: 'some', population: 30, cases: 15 },
      { stratum: '', population: 60, cases: 15 },
    ])
    const cases = draw.cases()
    expect(cases.map((one) => one.stratum)).toEqual([...Array<string>(10).fill('rare'), ...Array<string>(15).fill('some'), ...Array<string>(15).fill('')])
    for (const one of cases) expect(stratumOf(one.predictionId)).toBe(one.stratum)
    expect(new Set(cases.map((one) => one.predictionId)).size).toBe(40)
    expect(tallyOf({ kind: 'stratified', size: 15, seed: 0 }, new Map([['', 60], ['some', 30], ['rare', 10]]))).toEqual(draw.tally())
  })

  it('takes all in the order of time, and says when that is too many', () => {
    const all = drawn({ kind: 'all', size: null, seed: 1 }, ids(30))
    expect(all.cases().map((one) => one.predictionId)).toEqual(ids(30))
    expect(selectionRefusal('all', all.tally())).toBeNull()
    const more = drawn({ kind: 'all', size: null, seed: 1 }, ids(MOST_REVIEW_CASES + 1))
    expect(sum(more.tally(), 'population')).toBe(MOST_REVIEW_CASES + 1)
    expect(selectionRefusal('all', more.tally())).toMatchObject({ code: 'review_too_large' })
  })

  it('orders bands by their numbers', () => {
    const draw = new CaseDraw({ kind: 'stratified', size: 1, seed: 1 })
    for (const band of ['100..', '', '9.5..100', '..-2', '-2..9.5']) draw.offer(band, band)
    expect(draw.tally().map((one) => one.stratum)).toEqual(['..-2', '-2..9.5', '9.5..100', '100..', ''])
  })
})

describe('what cannot be a review', () => {
  it.each([
    ['nothing', 'random', [], 'review_empty'],
    ['nothing in a group', 'random', [{ stratum: null, population: 0, cases: 0 }], 'review_empty'],
    ['too many groups', 'stratified', ids(51).map((stratum) => ({ stratum, population: 1, cases: 1 })), 'review_strata_too_many'],
    ['too many cases', 'stratified', ids(3).map((stratum) => ({ stratum, population: 900, cases: 400 })), 'review_too_large'],
  ] as const)('%s', (_, kind, strata, code) => {
    expect(selectionRefusal(kind, strata)).toMatchObject({ code })
  })

  it('a sample of a large population can', () => {
    expect(selectionRefusal('random', [{ stratum: null, population: 1_000_000, cases: 1000 }])).toBeNull()
  })
})
