// Bad input in every form, to our own route and to every protocol: refused with a reason, never with a 5xx, a stack or a
// path, and never an answer to something else than what was asked.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { install, type Installation } from './installation'
import { post, type Answer } from './load'
import { residentMegabytes, startServer, type RunningServer } from './process'

const MB = 1024 * 1024

let directory: string
let server: RunningServer
let installation: Installation

test.beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'flightdeck-bodies-'))
  server = await startServer({ dataDirectory: directory })
  installation = await install(server)
})
test.afterAll(async () => {
  await server.end('SIGTERM')
  rmSync(directory, { recursive: true, force: true })
})

function pathsOf(model: string): string[] {
  return [
    `/api/models/${model}/predict`,
    `/v2/models/${model}/infer`,
    `/mlflow/${model}/invocations`,
    `/v1/models/${model}:predict`,
    `/predictions/${model}`,
    `/seldon/production/${model}/v2/models/${model}/infer`,
    '/api/ingest/cloudevents',
    '/api/outcomes',
  ]
}

/** Around this member the body is as it should be. */
function bodiesWith(example: Record<string, unknown>): [name: string, body: string][] {
  const [field = ''] = Object.keys(example)
  const whole = JSON.stringify(example)
  const withRaw = (raw: string) => `{"inputs": ${whole.replace(/^\{"[^"]+":(?:"[^"]*"|[^,}]+)/, `{"${field}":${raw}`)}}`
  return [
    ['10,000 brackets', '['.repeat(10_000)],
    ['10,000 closed brackets', '['.repeat(10_000) + ']'.repeat(10_000)],
    ['10,000 objects', `${'{"inputs":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
    ['a number beyond all', withRaw('1e999')],
    ['a negative number beyond all', withRaw('-1e999')],
    ['NaN', withRaw('NaN')],
    ['Infinity', withRaw('-Infinity')],
    ['a name twice', `{"inputs": ${whole}, "inputs": ${whole}}`],
    ['a field twice', withRaw(`1, "${field}": 2`)],
    ['__proto__ as a field', withRaw('1, "__proto__": {"isAdmin": true}')],
    ['constructor as a field', withRaw('1, "constructor": {"prototype": {"isAdmin": true}}')],
    ['__proto__ as the body', '{"__proto__": {"inputs": {}}}'],
    ['a number of 100,000 digits', withRaw('9'.repeat(100_000))],
    ['half a surrogate', withRaw('"\\ud800"')],
    ['a NUL', withRaw('"\\u0000"')],
    ['a text of a megabyte', withRaw(`"${'x'.repeat(MB)}"`)],
    ['nothing', ''],
    ['null', 'null'],
    ['a text', '"hello"'],
    ['a number', '1'],
    ['an empty list', '[]'],
    ['an empty object', '{}'],
    ['a list of nulls', '{"inputs": [null, null]}'],
    ['a list of lists', '{"inputs": [[[[1]]]]}'],
    ['half an object', whole.slice(0, -3)],
    ['more than ten megabytes', `{"inputs": "${'x'.repeat(11 * MB)}"}`],
    ['ten megabytes of brackets', '[[],'.repeat(2.5 * MB)],
    ['a million colons', `{"a"${':'.repeat(1_000_000)}`],
  ]
}

function expectPlainRefusal(what: string, { status, body }: Answer): void {
  expect(status, `${what}: ${body.slice(0, 300)}`).toBeGreaterThanOrEqual(400)
  expect(status, `${what}: ${body.slice(0, 300)}`).toBeLessThan(500)
  expectPlain(what, body)
}

function expectPlain(what: string, body: string): void {
  expect(body.length, `${what}: ${body.slice(0, 300)}`).toBeLessThan(20_000)
  expect(body, what).not.toMatch(/\bat .+:\d+:\d+|node_modules|\.ts\b|\.js\b|SQLITE|Error:/)
  expect(body, what).not.toContain(process.cwd())
  expect(body, what).not.toContain(directory)
}

test('bodies that are wrong', async () => {
  test.setTimeout(180_000)
  const { example, model, token } = installation
  for (const path of pathsOf(model)) {
    for (const [name, body] of bodiesWith(example)) {
      const answer = await post(`${server.url}${path}`, body, { token }).catch((error: NodeJS.ErrnoException) => {
        // A body that is too large may still be on its way when the refusal and the end of the connection come.
        expect(body.length, `${name} to ${path}: ${error.code}`).toBeGreaterThan(8 * MB)
        return null
      })
      // What the other formats make of a body of ours is theirs to say; a bulk call judges each item.
      if (answer?.status === 200) expectPlain(`${name} to ${path}`, answer.body)
      else if (answer) expectPlainRefusal(`${name} to ${path}`, answer)
    }
  }
  const [predict = ''] = pathsOf(model)
  const answers = new Map<string, string>()
  for (const [name, body] of bodiesWith(example)) {
    const answer = await post(`${server.url}${predict}`, body, { token }).catch(() => null)
    if (answer) answers.set(name, `${answer.status} ${(JSON.parse(answer.body) as { code?: string }).code}`)
  }
  expect(Object.fromEntries(answers)).toMatchObject({
    '10,000 brackets': '422 too_deep',
    '10,000 objects': '422 too_deep',
    'a number beyond all': '422 inputs_invalid',
    NaN: '422 number_not_finite',
    Infinity: '422 number_not_finite',
    'a name twice': '422 name_repeated',
    'a field twice': '422 name_repeated',
    '__proto__ as a field': '422 inputs_invalid',
    'a NUL': '422 inputs_invalid',
    nothing: '400 json_malformed',
    'half an object': '400 json_malformed',
  })
  expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined()
  expect(server.output()).not.toContain('unexpected error')
})

test('headers and paths that are wrong', async () => {
  const { example, model, token } = installation
  const body = JSON.stringify({ inputs: example })
  const path = `/api/models/${model}/predict`
  const refused: [string, string, Record<string, string>, string?][] = [
    ['no JSON by its type', path, { 'content-type': 'text/plain' }],
    ['packed', path, { 'content-encoding': 'gzip' }],
    ['a time that is none', path, { 'x-request-timeout-ms': '-1' }],
    ['a time beyond all', path, { 'x-request-timeout-ms': '1e999' }],
    ['a scheme that is none', path, { authorization: 'Nonsense 1' }],
    ['a token of nobody', path, { authorization: 'Bearer fd_nobody' }],
    ['a path with half a character', '/api/models/%C3/predict', {}],
    ['a path out of the house', '/api/models/..%2F..%2Fetc%2Fpasswd/predict', {}],
    ['a path with a NUL', '/api/models/a%00b/predict', {}],
    ['a long path', `/api/models/${'a'.repeat(8000)}/predict`, {}],
    ['a model called __proto__', '/api/models/__proto__/predict', {}],
    ['a version that is none', `/v2/models/${model}/versions/1e9/infer`, {}],
  ]
  for (const [name, to, headers] of refused) expectPlainRefusal(name, await post(`${server.url}${to}`, body, { token, headers }))
  // An unknown request id is replaced by one of our own, never sent back as it came.
  const answer = await post(`${server.url}${path}`, body, { token, headers: { 'x-request-id': '<script>' } })
  expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
})

test('bodies of nobody are not kept', async () => {
  const { model } = installation
  const body = `{"inputs": "${'x'.repeat(9 * MB)}"}`
  const before = residentMegabytes(server.process.pid ?? 0)
  let most = before
  const watch = setInterval(() => (most = Math.max(most, residentMegabytes(server.process.pid ?? 0))), 20)
  const statuses = await Promise.all(
    Array.from({ length: 40 }, (_, call) => post(`${server.url}/${call % 2 === 0 ? `api/models/${model}/predict` : `v2/models/${model}/infer`}`, body, { token: `fd_nobody${call}` }).then((answer) => answer.status, () => 401)),
  )
  clearInterval(watch)
  expect(new Set(statuses)).toEqual(new Set([401]))
  // 360 MB were sent.
  expect(most - before).toBeLessThan(120)
})

test('giant bodies of others do not hold up calls for long', async () => {
  const { example, model, token } = installation
  const url = `${server.url}/api/models/${model}/predict`
  const giant = `{"inputs": [${'{"a":[1,2,3]},'.repeat(600_000)}{}]}`
  let isOver = false
  const giants = Array.from({ length: 3 }, async () => {
    while (!isOver) expect((await post(url, giant, { token })).status).toBe(413)
  })
  const waits: number[] = []
  for (let call = 0; call < 100; call += 1) {
    const startedAt = performance.now()
    expect((await post(url, JSON.stringify({ inputs: example }), { token })).status).toBe(200)
    waits.push(performance.now() - startedAt)
  }
  isOver = true
  await Promise.all(giants)
  waits.sort((a, b) => a - b)
  expect(waits[50]).toBeLessThan(300)
  expect(waits.at(-1)).toBeLessThan(2000)
})
