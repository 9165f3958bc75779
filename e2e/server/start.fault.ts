// What stands in the way of a start is told in one sentence, with exit code 1.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import Connection from 'better-sqlite3'
import { failingStart, freePort, startServer } from './process'

let directory: string
test.beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'flightdeck-start-'))
})
test.afterEach(() => rmSync(directory, { recursive: true, force: true }))

const oneLine = (output: string) => output.trim().split('\n')

test('a port in use', async () => {
  const port = await freePort()
  const other = createServer().listen(port, '127.0.0.1')
  await once(other, 'listening')
  const { code, output } = await failingStart({ dataDirectory: directory, port })
  other.close()
  expect(code).toBe(1)
  expect(oneLine(output)).toEqual([`Port ${port} on 127.0.0.1 is in use. Set PORT to a free one, or stop the program that has it.`])
})

test('a data directory that cannot be written', async () => {
  const { code, output } = await failingStart({ dataDirectory: '/dev/null/data', port: await freePort() })
  expect(code).toBe(1)
  expect(oneLine(output)).toEqual(['The data directory /dev/null/data cannot be written. Set FLIGHTDECK_DATA_DIR to a folder that this user may write.'])
})

test('a database from a newer version', async () => {
  const server = await startServer({ dataDirectory: directory })
  expect(await server.end('SIGTERM')).toBe(0)
  const connection = new Connection(join(directory, 'flightdeck.sqlite'))
  connection.prepare("insert into schema_migrations (tag, applied_at) values ('9999_tomorrow', 0)").run()
  connection.close()
  const { code, output } = await failingStart({ dataDirectory: directory, port: await freePort() })
  expect(code).toBe(1)
  expect(oneLine(output)).toEqual([
    'This database was written by a newer Flightdeck (it has 9999_tomorrow). Install that version, or restore a backup.',
  ])
})

test('a wrong setting', async () => {
  const { code, output } = await failingStart({ dataDirectory: directory, port: await freePort(), variables: { FLIGHTDECK_SECRET: 'short' } })
  expect(code).toBe(1)
  expect(oneLine(output)).toHaveLength(1)
  expect(output).toContain('FLIGHTDECK_SECRET')
})

test('a Node that is too old', () => {
  const script = "Object.defineProperty(process.versions, 'node', { value: '18.20.0' }); const { requireNode } = await import('./tools/steps.mjs'); requireNode()"
  const ended = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
  expect(ended.status).toBe(1)
  expect(oneLine(ended.stderr)).toEqual(['Flightdeck needs Node 20.9 or newer (20 and 22 are tested); this is Node 18.20.0.'])
})

test('an empty installation asks for its administrator, once', async () => {
  const server = await startServer({ dataDirectory: directory })
  const page = await fetch(`${server.url}/`, { redirect: 'follow' })
  expect(page.url).toBe(`${server.url}/setup`)
  const create = () =>
    fetch(`${server.url}/api/setup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Ada', email: 'ada@example.com', password: 'correct horse battery' }),
    })
  expect((await create()).status).toBe(200)
  expect((await create()).status).toBe(409)
  expect((await fetch(`${server.url}/setup`)).url).toBe(`${server.url}/sign-in`)
  expect(await server.end('SIGTERM')).toBe(0)
})
