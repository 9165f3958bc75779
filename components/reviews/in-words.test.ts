import { expect, it } from 'vitest'
import type { Signature } from '@/lib/registry/contract'
import { groupInWords, narrowedInWords, sampleInWords, stratumInWords } from './in-words'
import { reviewChoices } from './review-choices'

const field = (name: string, part: object) => ({ name, displayName: name.charAt(0).toUpperCase() + name.slice(1), ...part })
const signature = {
  decision: { threshold: 0.5, above: 'refuse the credit', below: '' },
  fields: [field('age', { type: 'integer', unit: 'years' }), field('purpose', { type: 'category', categories: ['A43', 'A40'], categoryLabels: { A43: 'Radio' } }), field('owner', { type: 'boolean' }), field('town', { type: 'text' })],
} as unknown as Signature
const choices = reviewChoices(signature)

it('offers what the signature has', () => {
  expect(choices.decisions).toEqual([{ value: 'above', label: 'Refuse the credit' }, { value: 'below', label: 'Below the threshold' }])
  expect(choices.fields.map((one) => one.values)).toEqual([null, [{ value: 'A43', label: 'Radio' }, { value: 'A40', label: 'A40' }], [{ value: 'true', label: 'Yes' }, { value: 'false', label: 'No' }], []])
  expect(reviewChoices({ ...signature, decision: undefined, classes: [0, 1], classNames: { 1: 'bad' } } as unknown as Signature).decisions).toEqual([{ value: '0', label: '0' }, { value: '1', label: 'bad' }])
})

it('says what is drawn', () => {
  const asked = { size: 50, stratifyBy: null, decision: null, group: null }
  expect(sampleInWords({ ...asked, kind: 'random' }, choices)).toBe('50 drawn at random')
  expect(sampleInWords({ ...asked, kind: 'stratified', stratifyBy: { field: 'age', cuts: null } }, choices)).toBe('50 of each group of Age')
  expect(sampleInWords({ ...asked, kind: 'stratified', stratifyBy: 'decision' }, choices)).toBe('50 of each decision')
  expect(sampleInWords({ ...asked, kind: 'all' }, choices)).toBe('Every decision')
  expect(narrowedInWords({ ...asked, kind: 'all', decision: 'above', group: { field: 'purpose', value: 'A43' } }, choices)).toBe('Refuse the credit · Purpose: Radio')
  expect(narrowedInWords({ ...asked, kind: 'all' }, choices)).toBeNull()
})

it('names groups', () => {
  const plain = (text: string) => text.replaceAll('\u00a0', ' ')
  expect(plain(groupInWords({ field: 'age', min: 18, max: 25 }, choices))).toBe('Age: 18 to 25 years')
  expect(plain(groupInWords({ field: 'age', min: null, max: 25 }, choices))).toBe('Age: up to 25 years')
  expect(plain(groupInWords({ field: 'age', min: 18, max: null }, choices))).toBe('Age: 18 years or more')
  expect(groupInWords({ field: 'gone', value: '' }, choices)).toBe('gone: Not given')
  const bands = { stratifyBy: { field: 'age', cuts: [25, 40] } }
  expect(['..25', '25..40', '40..', '', '..'].map((band) => plain(stratumInWords(band, bands, choices)))).toEqual(['Below 25 years', '25 to below 40 years', '40 years or more', 'Not given', 'Any number'])
  expect(stratumInWords('A43', { stratifyBy: { field: 'purpose', cuts: null } }, choices)).toBe('Radio')
  expect(stratumInWords('below', { stratifyBy: 'decision' }, choices)).toBe('Below the threshold')
  expect(stratumInWords(null, { stratifyBy: null }, choices)).toBe('All')
})
