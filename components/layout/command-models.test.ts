import { expect, it } from 'vitest'
import { parseModels } from './command-models'

it('reads slugs, prefers names and escapes addresses', () => {
  const answer = { models: [{ slug: 'no-show', name: 'No-show risk' }, { slug: 'a b' }], nextCursor: null }
  expect(parseModels(answer)).toEqual([
    { href: '/models/no-show', label: 'No-show risk' },
    { href: '/models/a%20b', label: 'a b' },
  ])
})

it.each([null, 'text', {}, { models: 'x' }, { models: [null, 1, {}, { slug: '' }, { name: 'x' }] }])('finds no model in %j', (answer) => {
  expect(parseModels(answer)).toEqual([])
})
