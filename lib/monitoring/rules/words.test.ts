import { describe, expect, it } from 'vitest'
import { categoryColumn, numberColumn, profileOf, type ProfileRow, type ProfileShape } from '@/lib/math/profile'
import { driftOfProfile, estimateQuantile } from './drift'
import { binLabel, driftSentence, driftVerdict, plainNumber, shareText, type FieldWords } from './words'

const nbsp = '\u00a0'
const spread = (middle: number, width = 20) => Array.from({ length: 401 }, (_, i) => middle + ((i - 200) / 200) * width)
const words = (extra: Partial<FieldWords> = {}): FieldWords => ({ displayName: 'Income', isWhole: false, isSensitive: false, ...extra })

function compare(shape: ProfileShape, reference: ProfileRow[], current: ProfileRow[], about: FieldWords, limit = 0.2): string {
  const [drift] = driftOfProfile(profileOf(shape, reference), profileOf(shape, current))
  if (!drift) throw new Error('no column')
  return driftSentence(drift, about, driftVerdict(drift.psi, limit))
}
const numbers = (reference: number[], current: (number | null)[], about: FieldWords) =>
  compare([numberColumn('x', reference)], reference.map((v) => [v]), current.map((v) => [v]), about)
const texts = (reference: string[], current: string[], about: FieldWords) =>
  compare([categoryColumn('x', reference)], reference.map((v) => [v]), current.map((v) => [v]), about)

describe('numbers', () => {
  it('speaks of people where the field is their age', () => {
    const about = words({ displayName: 'Age', unit: 'years', description: 'Age of the patient on the day of booking', isWhole: true })
    expect(numbers(spread(44), spread(31), about)).toBe(`Patients are younger than the model knows: median about 31${nbsp}years, was about 44.`)
    expect(numbers(spread(44), spread(58), about)).toContain('Patients are older than')
  })

  it('calls lengths of time longer or shorter, everything else higher or lower', () => {
    expect(numbers(spread(40), spread(60), words({ displayName: 'Waiting time', unit: 'days' }))).toMatch(/^Waiting time is longer than the model knows: median about/)
    expect(numbers(spread(40), spread(20), words())).toMatch(/^Income is lower than the model knows/)
    expect(numbers(spread(40), spread(60), words({ displayName: 'Earlier visits' }))).toMatch(/^Earlier visits are higher/)
  })

  it('rounds the median of whole numbers', () => {
    const ages = (from: number) => Array.from({ length: 500 }, (_, i) => from + (i % 41))
    expect(numbers(ages(20), ages(33), words())).toMatch(/median about 53, was about 40\./)
  })

  it('says 1 visit, and level 2', () => {
    const one = spread(1, 0.2)
    expect(numbers(one, one, words({ displayName: 'Earlier no-shows', unit: 'visits', isWhole: true }))).toContain(`median about 1${nbsp}visit.`)
    expect(numbers(spread(2), spread(2), words({ unit: 'level', isWhole: true }))).toContain(`median about level${nbsp}2.`)
  })

  it('writes scores as shares', () => {
    const low = spread(0.2, 0.2)
    const high = spread(0.6, 0.2)
    const about = words({ displayName: 'The model’s answers', score: { isShare: true } })
    expect(numbers(low, high, about)).toBe(`The model’s answers are higher than on the reference data: median about 60${nbsp}%, was about 20${nbsp}%.`)
  })

  it('writes shares in percent and knows one from many', () => {
    const about = words({ displayName: 'Conversion in 7 days', unit: 'share' })
    expect(numbers(spread(0.2, 0.1), spread(0.2, 0.1), about)).toBe(`Conversion in 7 days is as the model knows it: median about 20${nbsp}%.`)
    expect(numbers(spread(40), spread(60), words({ displayName: 'Views in 7 days' }))).toMatch(/^Views in 7 days are higher/)
  })

  it('names the bin where the middle stayed', () => {
    const both = [...spread(40, 1), ...spread(40, 20)]
    const sentence = numbers(both, spread(40, 1), words({ unit: '€' }))
    expect(sentence).toMatch(/^Income is spread differently than the model knows: \d+.% lie (between|below|at)/)
  })

  it('says when nothing changed, when values are missing, and when all are', () => {
    expect(numbers(spread(40), spread(40), words({ unit: '€', isWhole: true }))).toBe(`Income is as the model knows it: median about 40${nbsp}€.`)
    expect(numbers(spread(40), [...spread(40), ...Array<null>(100).fill(null)], words())).toContain(`; it is missing in 20${nbsp}% of rows, was 0${nbsp}%.`)
    expect(numbers(spread(40), [null, null], words())).toBe('Income is missing in every row.')
    expect(numbers(spread(40), [], words())).toBe('No value of Income was seen in this time.')
  })
})

describe('categories', () => {
  const reference = [...Array<string>(80).fill('a'), ...Array<string>(20).fill('b')]
  const about = words({ displayName: 'Location', categoryLabels: { b: 'Harbour' } })
  it('names the one that moved most, in its label', () => {
    const current = [...Array<string>(40).fill('a'), ...Array<string>(60).fill('b')]
    expect(texts(reference, current, about)).toBe(`Location: Harbour is more common than the model knows, 60${nbsp}%, was 20${nbsp}%.`)
  })
  it('names values never seen, but not those of a sensitive field', () => {
    const current = [...Array<string>(50).fill('a'), ...Array<string>(10).fill('b'), ...Array<string>(40).fill('Riverside')]
    expect(texts(reference, current, about)).toBe(`Location: values the model never saw, 40${nbsp}% of rows (“Riverside”).`)
    expect(texts(reference, current, { ...about, isSensitive: true })).not.toContain('Riverside')
  })
})

describe('medians and labels', () => {
  it('estimates a quantile within its bin', () => {
    const values = Array.from({ length: 1000 }, (_, i) => i)
    const column = numberColumn('x', values)
    const summary = profileOf([column], values.map((v) => [v])).summary(0)
    if (summary.kind !== 'number') throw new Error('not a number column')
    for (const q of [0, 0.05, 0.5, 0.93, 1]) expect(estimateQuantile(column, summary, q)).toBeCloseTo(q * 999, -1)
  })
  it('labels bins, whole numbers without the open end', () => {
    const column = { name: 'x', kind: 'number' as const, edges: [1, 2, 5] }
    expect([0, 1, 2, 3].map((bin) => binLabel(column, bin, { isWhole: true }))).toEqual(['< 1', '1', '2–4', '≥ 5'])
    expect(binLabel(column, 2, { isWhole: false })).toBe('2 to 5')
  })
  it('writes numbers plainly', () => {
    expect([plainNumber(1234.5), plainNumber(0.01234), plainNumber(-3)]).toEqual(['1,235', '0.0123', '−3'])
    expect([shareText(0.004), shareText(0.5), shareText(0)]).toEqual([`0.4${nbsp}%`, `50${nbsp}%`, `0${nbsp}%`])
  })
})
