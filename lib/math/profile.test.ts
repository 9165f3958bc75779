import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MathError } from './math-error'
import { momentsOf, sampleVariance } from './moments'
import { categoryColumn, numberColumn, Profile, profileOf, type ProfileRow, type ProfileShape } from './profile'
import './testing'

const shape: ProfileShape = [
  { name: 'age', kind: 'number', edges: [20, 40, 60] },
  { name: 'clinic', kind: 'category', categories: ['north', 'south'] },
]

const valueOf = fc.option(fc.double({ min: -1e6, max: 1e6, noNaN: true }))
const textOf = fc.option(fc.constantFrom('north', 'south', '', 'east', 'west', ...'abcdefghijklmnopqrstuvwxyz'))
const rowsOf = fc.array(fc.tuple(valueOf, textOf), { maxLength: 60 })

function summaries(profile: Profile) {
  const number = profile.summary(0)
  const category = profile.summary(1)
  if (number.kind !== 'number' || category.kind !== 'category') throw new Error('The shape says otherwise.')
  return { number, category }
}

describe('Profile', () => {
  it('counts bins, categories, missing values and the unseen', () => {
    const rows: ProfileRow[] = [
      [19.5, 'north'],
      [20, 'south'],
      [59, 'south'],
      [60, 'east'],
      [1000, 'east'],
      [-5, 'west'],
      [null, null],
      [NaN, ''],
      [undefined, undefined],
      ['text', 'north'],
      [Infinity, NaN],
    ]
    const { number, category } = summaries(profileOf(shape, rows))
    expect(number).toMatchObject({ count: 6, missing: 5, counts: [2, 1, 1, 2], minimum: -5, maximum: 1000 })
    expect(number.mean).toBeCloseTo(1153.5 / 6, 12)
    expect(category).toMatchObject({ count: 7, missing: 4, counts: [2, 2], unseen: 3 })
    expect(category.unseenTop).toEqual({
      top: [
        { value: 'east', count: 2 },
        { value: 'west', count: 1 },
      ],
      errorBound: 0,
    })
    expect(Array.from(profileOf(shape, rows).counts(1))).toEqual([2, 2, 3])
    expect(Array.from(profileOf(shape, rows).counts(0))).toEqual([2, 1, 1, 2])
  })

  it('of parts merges to that of the whole', () => {
    fc.assert(
      fc.property(fc.array(rowsOf, { minLength: 1, maxLength: 5 }), (parts) => {
        const merged = new Profile(shape)
        for (const part of parts) merged.merge(profileOf(JSON.parse(JSON.stringify(shape)) as ProfileShape, part))
        const rows = parts.flat()
        const { number, category } = summaries(merged)
        const whole = summaries(profileOf(shape, rows))
        expect({ ...number, mean: 0, variance: 0 }).toEqual({ ...whole.number, mean: 0, variance: 0 })
        expect({ ...category, unseenTop: 0 }).toEqual({ ...whole.category, unseenTop: 0 })

        const values = rows.map(([value]) => value).filter((value) => value !== null)
        const moments = momentsOf(values)
        const scale = Math.max(1, ...values.map(Math.abs))
        if (values.length > 0) expect(Math.abs((number.mean ?? NaN) - moments.mean)).toBeLessThanOrEqual(1e-9 * scale)
        const variance = sampleVariance(moments)
        if (variance === null) expect(number.variance).toBeNull()
        else expect(Math.abs((number.variance ?? NaN) - variance)).toBeLessThanOrEqual(1e-9 * scale * scale)

        const { top, errorBound } = category.unseenTop
        expect(top.length).toBeLessThanOrEqual(16)
        expect(errorBound).toBeLessThanOrEqual(category.unseen / 17)
        const truth = new Map<string, number>()
        for (const [, text] of rows)
          if (text && text !== 'north' && text !== 'south') truth.set(text, (truth.get(text) ?? 0) + 1)
        for (const { value, count } of top) {
          expect(count).toBeLessThanOrEqual(truth.get(value) ?? 0)
          expect(count + errorBound).toBeGreaterThanOrEqual(truth.get(value) ?? 0)
          truth.delete(value)
        }
        for (const count of truth.values()) expect(count).toBeLessThanOrEqual(errorBound)
      }),
    )
  })

  it('of whole columns is that of their rows, to the bit', () => {
    const number = fc.oneof(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.constantFrom(NaN, 0, -0, 20, 60, Infinity))
    const column = fc.array(fc.tuple(number, fc.boolean()), { maxLength: 60 })
    const counted: ProfileShape = [shape[0] as ProfileShape[number], { name: 'floor', kind: 'category', categories: ['0', '20'] }]
    fc.assert(
      fc.property(fc.array(column, { minLength: 1, maxLength: 4 }), (parts) => {
        const [whole, single] = [new Profile(counted), new Profile(counted)]
        for (const part of parts) {
          const values = Float64Array.from(part, ([value]) => value)
          const rows = part.flatMap(([, isChosen], row) => (isChosen ? [row] : []))
          for (let i = 0; i < counted.length; i++) whole.addNumbers(i, values, rows)
          for (const row of rows) single.addRow([values[row], values[row]])
        }
        expect(whole.encode()).toEqual(single.encode())
      }),
    )
  })

  it('merges with one that has no values, either way', () => {
    const some = profileOf(shape, [
      [30, 'north'],
      [50, null],
    ])
    const none = profileOf(shape, [[null, null]])
    for (const [into, from] of [
      [some.clone(), none],
      [none.clone(), some],
    ] as const) {
      into.merge(from)
      expect(summaries(into).number).toMatchObject({
        count: 2,
        missing: 1,
        mean: 40,
        variance: 200,
        minimum: 30,
        maximum: 50,
      })
    }
  })

  it('adds up the error bounds of the unseen', () => {
    // 17 different texts once each: all are lowered to nothing, and each may be 1 too low.
    const many = profileOf(
      shape,
      Array.from({ length: 17 }, (_, i) => [1, `text ${i}`]),
    )
    expect(summaries(many).category.unseenTop).toEqual({ top: [], errorBound: 1 })
    const twice = many.clone()
    twice.merge(many)
    expect(summaries(twice).category.unseenTop).toEqual({ top: [], errorBound: 2 })
  })

  it('survives being encoded, and clones stand alone', () => {
    fc.assert(
      fc.property(rowsOf, (rows) => {
        const profile = profileOf(shape, rows)
        const decoded = Profile.decode(shape, profile.encode())
        const clone = profile.clone()
        expect(summaries(decoded)).toEqual(summaries(profile))
        expect(decoded.encode()).toEqual(profile.encode())
        clone.addRow([1, 'elsewhere'])
        expect(summaries(decoded)).toEqual(summaries(profile))
        expect(summaries(clone).number.count).toBe(summaries(profile).number.count + 1)
      }),
    )
  })

  it('keeps large counts and unequal texts through the bytes', () => {
    const profile = new Profile(shape)
    const step = profileOf(shape, [
      [33, '\ud800'],
      [33, '\udbff'],
      [33, `${'é'.repeat(63)}😀 and more`],
    ])
    for (let doubling = 0; doubling < 32; doubling++) {
      profile.merge(step)
      step.merge(step.clone())
    }
    const decoded = Profile.decode(shape, profile.encode())
    expect(summaries(decoded).number.counts).toEqual([0, 3 * (2 ** 32 - 1), 0, 0])
    // Broken halves of surrogate pairs become one text; nothing is lost.
    expect(summaries(decoded).category.unseenTop.top).toEqual([
      { value: '�', count: 2 * (2 ** 32 - 1) },
      { value: 'é'.repeat(63), count: 2 ** 32 - 1 },
    ])
  })

  it('is small: a few bytes for a column without values, 33 and a byte a bin for numbers of a commit', () => {
    const columns = Array.from(
      { length: 20 },
      (_, i) => ({ name: `n${i}`, kind: 'number', edges: [1, 2, 3, 4, 5, 6, 7, 8, 9] }) as const,
    )
    expect(new Profile(columns).encode().length).toBe(2 + 20 * 3)
    const rows = Array.from({ length: 100 }, (_, row) => columns.map((_, i) => (row * (i + 1)) % 11))
    expect(profileOf(columns, rows).encode().length).toBeLessThanOrEqual(2 + 20 * (3 + 32 + 10))
  })

  it('refuses other shapes, rows and bytes', () => {
    const profile = profileOf(shape, [[1, 'north']])
    const other: ProfileShape = [{ name: 'age', kind: 'number', edges: [20, 40] }, shape[1] as ProfileShape[number]]
    expect(() => profile.merge(new Profile(other))).toThrow('cannot be merged')
    expect(() => Profile.decode(other, profile.encode())).toThrow('other columns')
    expect(() => Profile.decode([shape[0] as ProfileShape[number]], profile.encode())).toThrow('other columns')
    expect(() => profile.addRow([1])).toThrow(MathError)
    expect(() => profile.add(2, 1)).toThrow(MathError)
    expect(() => profile.summary(-1)).toThrow(MathError)
    const bytes = profile.encode()
    for (let length = 0; length < bytes.length; length++) {
      expect(() => Profile.decode(shape, bytes.slice(0, length)), `${length} bytes`).toThrow(MathError)
    }
    expect(() => Profile.decode(shape, Uint8Array.of(...bytes, 0))).toThrow('unexpected bytes')
    expect(() => Profile.decode(shape, Uint8Array.of(9, ...bytes.slice(1)))).toThrow('version 9')
    for (const edges of [[2, 1], [1, 1], [NaN], [Infinity]]) {
      expect(() => new Profile([{ name: 'x', kind: 'number', edges }])).toThrow(MathError)
    }
    expect(() => new Profile([{ name: 'x', kind: 'category', categories: ['a', 'a'] }])).toThrow(MathError)
  })
})

describe('columns of a reference', () => {
  it('come from its values', () => {
    expect(numberColumn('n', [1, null, 2, NaN, 3, 'x', 4, 5], 2)).toEqual({ name: 'n', kind: 'number', edges: [3] })
    expect(numberColumn('n', [null])).toEqual({ name: 'n', kind: 'number', edges: [] })
    expect(categoryColumn('c', ['b', 'a', null, '', 'b', 7])).toEqual({
      name: 'c',
      kind: 'category',
      categories: ['7', 'a', 'b'],
    })
    expect(categoryColumn('c', ['b', 'a', 'b', 'c', 'c'], 2)).toEqual({
      name: 'c',
      kind: 'category',
      categories: ['b', 'c'],
    })
  })

  it('fit in JSON', () => {
    const made: ProfileShape = [numberColumn('n', [1, 2, 3]), categoryColumn('c', ['a'])]
    const stored = JSON.parse(JSON.stringify(made)) as ProfileShape
    const profile = profileOf(made, [[2, 'a']])
    expect(Profile.decode(stored, profile.encode()).summary(0)).toEqual(profile.summary(0))
  })
})
