import { describe, expect, it } from 'vitest'
import { readSearch, writeCursor } from './search-query'

describe('the address of a search', () => {
  it('becomes a filter, with the last day included', () => {
    const { filter, isFiltered } = readSearch('/predictions', { text: 'C-1042', version: '2', from: '2026-05-03', to: '2026-05-03', scoreMin: '0.5', guarded: 'true', reason: 'age', decision: 'above' })
    const midnight = Date.UTC(2026, 4, 3)
    expect(filter).toEqual({ text: 'C-1042', version: 2, from: midnight, to: midnight + 86_400_000, scoreMin: 0.5, guarded: 'true', reason: 'age', decision: 'above' })
    expect(isFiltered).toBe(true)
  })

  it('leaves out what does not parse, and knows when nothing narrows it', () => {
    const { filter, isFiltered, isLaterPage } = readSearch('/predictions', { version: 'two', from: 'soon', guarded: 'maybe', decision: 'left', scoreMax: '', cursor: 'zz', text: ['a', 'b'] })
    expect(filter).toEqual({})
    expect({ isFiltered, isLaterPage }).toEqual({ isFiltered: false, isLaterPage: false })
  })

  it('keeps to the model of the page', () => {
    const { filter, isFiltered, href } = readSearch('/models/a/predictions', { model: 'b' }, 'a')
    expect(filter).toEqual({ model: 'a' })
    expect(isFiltered).toBe(false)
    expect(href({})).toBe('/models/a/predictions')
  })

  it('is written with changes, and a new search starts at its first page', () => {
    const cursor = writeCursor({ at: 1000, id: 'x-1' })
    const { href, filter, isLaterPage } = readSearch('/predictions', { text: 'a b', cursor })
    expect(filter.before).toEqual({ at: 1000, id: 'x-1' })
    expect(isLaterPage).toBe(true)
    expect(href({})).toBe('/predictions?text=a+b')
    expect(href({ cursor })).toBe('/predictions?text=a+b&cursor=1000.x-1')
    expect(href({ text: undefined })).toBe('/predictions')
  })
})
