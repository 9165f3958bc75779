import { expect, it } from 'vitest'
import { readModelsQuery } from './models-query'

it('reads a filter and writes the address of its neighbours', () => {
  const query = readModelsQuery({ text: 'risk', tag: 'eu', sort: 'created', descending: 'true' })
  expect(query.filter).toMatchObject({ text: 'risk', tag: 'eu', sort: 'created', descending: true, after: undefined })
  expect(query.isFiltered).toBe(true)
  expect(query.href({ cursor: '{"value":1,"id":"x"}' })).toBe(
    '/models?text=risk&tag=eu&sort=created&descending=true&cursor=%7B%22value%22%3A1%2C%22id%22%3A%22x%22%7D',
  )
  expect(query.href({ text: '', tag: '', sort: '', descending: '' })).toBe('/models')
})

it.each(['nonsense', '{}', '{"value":null,"id":"x"}', ''])('starts from the first page at the cursor %j', (cursor) => {
  const query = readModelsQuery({ cursor, task: 'dance', sort: 'size' })
  expect(query.filter).toMatchObject({ after: undefined, task: undefined, sort: undefined })
  expect(query).toMatchObject({ isLaterPage: false, isFiltered: false })
})
