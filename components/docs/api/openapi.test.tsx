import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { api } from '@/lib/api'
import { ApiReference } from './api-reference'
import { groupOperations, limitWords, namesIn, partsOf, typeWords, type ApiDocument } from './openapi'

describe('types in words', () => {
  it.each([
    [{ type: 'string' }, 'text'],
    [{ type: 'string', format: 'binary' }, 'file'],
    [{ type: ['string', 'null'] }, 'text or null'],
    [{ type: 'array', items: { $ref: '#/components/schemas/Version' } }, 'list of Version'],
    [{ enum: ['approve', 'reject'] }, '"approve" or "reject"'],
    [{ anyOf: [{ $ref: '#/components/schemas/Promotion' }, { type: 'null' }] }, 'Promotion or null'],
    [{ type: 'object', additionalProperties: { type: 'number' } }, 'object of number by name'],
    [{ const: true }, 'true'],
    [{}, 'any value'],
  ])('%j', (schema, words) => {
    expect(typeWords(schema)).toBe(words)
  })

  it('tells limits and defaults, but not the ends of all whole numbers', () => {
    expect(limitWords({ type: 'integer', minimum: 1, maximum: 200, default: 50 })).toBe('1 to 200, default 50')
    expect(limitWords({ type: 'string', maxLength: 60 })).toBe('at most 60 characters')
    expect(limitWords({ type: 'integer', exclusiveMinimum: 0, maximum: Number.MAX_SAFE_INTEGER })).toBe('above 0')
  })

  it('finds what has members, and which other types are named', () => {
    const row = { type: 'object', properties: { a: { type: 'string' } } }
    expect(partsOf({ anyOf: [row, { type: 'array', items: row }] })).toEqual([row, row])
    expect(partsOf({ type: 'string' })).toEqual([])
    expect(namesIn({ type: 'array', items: { anyOf: [{ $ref: '#/x/A' }, { $ref: '#/x/B' }, { $ref: '#/x/A' }] } })).toEqual(['A', 'B'])
  })
})

describe('the reference of this API', () => {
  it('has every route of the document once, with what an application calls', async () => {
    const document = (await (await api.request('/api/openapi.json')).json()) as ApiDocument
    const operations = groupOperations(document).flatMap((group) => group.operations)
    const routes = Object.values(document.paths).flatMap((item) => Object.keys(item).filter((key) => key !== 'parameters'))
    expect(operations).toHaveLength(routes.length)
    expect(new Set(operations.map(({ id }) => id)).size).toBe(operations.length)
    const names = operations.map(({ method, path }) => `${method} ${path}`)
    for (const name of ['POST /api/models/{model}/predict', 'POST /api/outcomes', 'POST /api/kpi-events', 'POST /api/promotions', 'POST /api/rollbacks']) {
      expect(names).toContain(name)
    }
    for (const { method, path, summary, answers } of operations) {
      expect(summary, `${method} ${path} has no summary`).not.toBe(path)
      expect(answers.length, `${method} ${path}`).toBeGreaterThan(0)
    }
  })

  it('renders, and every link within it leads somewhere', async () => {
    const document = (await (await api.request('/api/openapi.json')).json()) as ApiDocument
    const html = renderToStaticMarkup(<ApiReference document={document} />)
    const ids = new Set([...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id))
    const links = [...html.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id)
    expect(links.length).toBeGreaterThan(20)
    for (const id of links) expect(ids).toContain(id)
  })
})
