import { expect, it } from 'vitest'
import { parseModels } from './command-models'

it('reads names, prefers display names and escapes addresses', () => {
  const answer = { items: [{ name: 'no-show', displayName: 'No-show risk' }, { name: 'a b' }], nextCursor: null }
  expect(parseModels(answer)).toEqual([
    { href: '/models/no-show', label: 'No-show risk' },
    { href: '/models/a%20b', label: 'a b' },
  ])
})

it.each([null, 'text', {}, { items: 'x' }, { items: [null, 1, {}, { name: '' }] }])('finds no model in %j', (answer) => {
  expect(parseModels(answer)).toEqual([])
})
