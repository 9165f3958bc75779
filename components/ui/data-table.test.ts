import { expect, it } from 'vitest'
import { nextSort } from './data-table'

it('cycles a column through ascending, descending, natural order', () => {
  const first = nextSort(null, 'name')
  const second = nextSort(first, 'name')
  expect([first, second, nextSort(second, 'name')]).toEqual([
    { column: 'name', descending: false },
    { column: 'name', descending: true },
    null,
  ])
})

it('starts anew on another column', () => {
  expect(nextSort({ column: 'name', descending: true }, 'age')).toEqual({ column: 'age', descending: false })
})
