import { expect, it } from 'vitest'
import { readCaseView } from './case-view-query'

it('keeps filter and sorting from page to page, and begins anew with another', () => {
  const view = readCaseView('r', { filter: 'concern', sort: 'score', order: 'descending', page: '2' })
  expect(view).toMatchObject({ filter: 'concern', sort: { column: 'score', descending: true }, page: 2 })
  expect(view.neighbours(101)).toEqual({
    previousHref: '/reviews/r?filter=concern&sort=score&order=descending',
    nextHref: '/reviews/r?filter=concern&sort=score&order=descending&page=3',
  })
  expect(view.neighbours(100).nextHref).toBeUndefined()
  expect(view.filterHref(undefined)).toBe('/reviews/r?sort=score&order=descending')
  expect(view.sortHref('position', false)).toBe('/reviews/r?filter=concern')
  expect(view.caseHref(7)).toBe('/reviews/r/cases?case=7&filter=concern')
})

it('leaves out what does not parse', () => {
  expect(readCaseView('r', { filter: 'x', sort: ['a', 'b'], page: '-1', order: 'up' })).toMatchObject({ filter: undefined, sort: { column: 'position', descending: false }, page: 1 })
  expect(readCaseView('r', {}).neighbours(0)).toEqual({})
})
