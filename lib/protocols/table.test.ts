import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { api } from '@/lib/api'
import type { Database } from '@/lib/database'
import { openTestDatabase } from '@/lib/database/testing'
import { endServing, exampleRows, program, registerExample, releaseToStaging, viewer } from '@/lib/serving/testing/fixture'
import { sageMaker } from './sagemaker'
import { addressOf } from './shared/address'
import { askProtocol } from './shared/testing/call'
import { PROTOCOL_TABLE, PROTOCOLS, type ProtocolEntry } from './table'
import { protocols } from '.'

const own = PROTOCOL_TABLE.filter(({ path, hasOwnPort }) => hasOwnPort !== true && !path.startsWith('/api/'))
const endpoint = [sageMaker(addressOf('no-show-risk@staging', {}))]
const servers = (entry: ProtocolEntry) => (entry.hasOwnPort ? endpoint : protocols)
const urlOf = ({ path }: ProtocolEntry) => path.replace('{model}', 'no-show-risk@staging').replace('{version}', '1').replace('{label}', 'staging').replaceAll(/\{\w+\}/g, 'any')

describe('the table of protocols', () => {
  let db: Database

  beforeAll(async () => {
    db = await openTestDatabase('sqlite')
    await registerExample('clinic', 1)
    await releaseToStaging('no-show-risk', 1)
  })
  afterAll(async () => {
    await endServing()
    await db.close()
  })

  it('has words for each protocol, and no path twice', () => {
    expect(new Set(PROTOCOL_TABLE.map(({ protocol }) => protocol))).toEqual(new Set(Object.keys(PROTOCOLS)))
    const ways = PROTOCOL_TABLE.map(({ method, path, hasOwnPort }) => `${method} ${path} ${hasOwnPort}`)
    expect(new Set(ways).size).toBe(ways.length)
  })

  it.each(own.map((entry) => [`${entry.method} ${entry.path}`, entry] as const))('%s is answered by its protocol first', (_, entry) => {
    // Seldon's names are read by the adapter whose paths they stand for.
    expect(protocols.find((one) => one.owns(urlOf(entry), entry.method))?.name).toBe(entry.protocol === 'seldon' ? 'open-inference' : entry.protocol)
  })

  it('leaves the rest to the pages and the API', () => {
    const paths = ['/', '/predictions', '/predictions/0198', '/models', '/models/m/predictions', '/api/models/m/predict', '/docs', '/health', '/version', '/v1', '/v12/x', '/v2x', '/mlflow', '/pings', '/invocations/x', '/seldon', '/explanations']
    for (const path of paths) expect(protocols.find((one) => one.owns(path, 'GET'))?.name, path).toBeUndefined()
  })

  it.each(PROTOCOL_TABLE.filter(({ path }) => !path.startsWith('/api/')).map((entry) => [`${entry.protocol} ${entry.method} ${entry.path}`, entry] as const))('%s lets in whom the table says', async (_, entry) => {
    const body = entry.method === 'POST' ? { instances: exampleRows('clinic', 1) } : undefined
    const headers = { 'x-flightdeck-model': 'no-show-risk@staging', 'content-type': 'application/json' }
    for (const principal of [null, viewer, program]) {
      const { status } = await askProtocol(servers(entry), urlOf(entry), { method: entry.method, headers, principal, ...(body ? { body } : {}) })
      const isOpen = entry.needs === null || principal === program || (principal === viewer && entry.needs === 'predict or read')
      expect([401, 403].includes(status), `${principal?.kind ?? 'nobody'} got ${status}`).toBe(!isOpen)
    }
  })

  it('names the route of the API that takes what it says is taken there', () => {
    const { paths } = api.getOpenAPI31Document({ openapi: '3.1.0', info: { title: '', version: '' } })
    for (const { path, method } of PROTOCOL_TABLE.filter((entry) => entry.path.startsWith('/api/'))) expect(Object.keys(paths?.[path] ?? {})).toContain(method.toLowerCase())
  })
})

describe('whatever is sent', () => {
  let db: Database
  const posts = PROTOCOL_TABLE.filter(({ method, path, protocol }) => method === 'POST' && protocol !== 'open-inference' && !path.startsWith('/api/'))
  const [booking = {}] = exampleRows('clinic', 1)
  /** Known words in wrong places find more than words that nobody reads. */
  const word = fc.constantFrom('instances', 'inputs', 'dataframe_split', 'dataframe_records', 'columns', 'data', 'index', 'params', 'subjects', 'predict_method', 'signature_name', 'examples', 'context', 'features', 'b64', '__proto__', 'constructor', 'age', 'weekday', '', ...Object.keys(booking))
  const leaf = fc.oneof(fc.constantFrom(null, true, false, 0, -1, 1e308, '', 'x', booking, Object.values(booking)), fc.string(), fc.double())
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof({ depthSize: 'small', withCrossShrink: true }, leaf, fc.array(tie('tree'), { maxLength: 4 }), fc.dictionary(word, tie('tree'), { maxKeys: 4 })),
  }))
  const types = fc.constantFrom('application/json', 'text/csv', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain', '')
  const mangled = fc.tuple(tree, fc.constantFrom((text: string) => text, (text: string) => text.slice(0, -1), (text: string) => text.replaceAll('null', 'NaN'), (text: string) => text.replaceAll('0', '1e999')))

  beforeAll(async () => {
    db = await openTestDatabase('sqlite')
    await registerExample('clinic', 1)
    await releaseToStaging('no-show-risk', 1)
  })
  afterAll(async () => {
    await endServing()
    await db.close()
  })

  it('never is an error of the server’s own, nor tells of its inside', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...posts), mangled, types, async (entry, [value, mangle], type) => {
        const body = mangle(JSON.stringify(value) ?? '')
        const answer = await askProtocol(servers(entry), urlOf(entry), { method: 'POST', body, headers: { 'content-type': type, 'x-flightdeck-model': 'no-show-risk@staging' } })
        expect(answer.status, `${entry.path} ${type} ${body}`).toBeLessThan(500)
        expect(answer.text).not.toMatch(/node_modules|\.ts:|TypeError|at Object/)
      }),
      { numRuns: 1500, seed: 20260511 },
    )
  })
})
