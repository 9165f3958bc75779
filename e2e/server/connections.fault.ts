// Connections that misbehave: bytes that are no HTTP, clients that send slowly or nothing, ten thousand that only stay.
// Calls of others are answered meanwhile, and the end of the process does not wait for any of them.
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { install, type Installation } from './installation'
import { Load, post } from './load'
import { residentMegabytes, startServer, type RunningServer } from './process'

let directory: string
let server: RunningServer
let installation: Installation

test.beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'flightdeck-connections-'))
  server = await startServer({ dataDirectory: directory })
  installation = await install(server)
})
test.afterEach(async () => {
  await server.end('SIGTERM')
  rmSync(directory, { recursive: true, force: true })
})

const address = () => ({ host: '127.0.0.1', port: Number(new URL(server.url).port) })

async function open(): Promise<Socket> {
  const socket = connect(address())
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}

/** What comes back until the other side ends, or nothing more is said for a moment. */
async function talk(bytes: string | Buffer, patienceMs = 150): Promise<string> {
  const socket = await open()
  let said = ''
  let quiet: NodeJS.Timeout | undefined
  await new Promise<void>((resolve) => {
    const wait = () => {
      clearTimeout(quiet)
      quiet = setTimeout(resolve, patienceMs)
    }
    socket.on('data', (chunk: Buffer) => {
      said += chunk.toString('latin1')
      wait()
    })
    socket.on('close', () => resolve())
    socket.write(bytes, wait)
  })
  socket.destroy()
  return said
}

const statusesIn = (said: string): number[] => [...said.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((match) => Number(match[1]))

/** The same numbers in each run (mulberry32). */
function random(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let value = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296
  }
}

async function answers(count = 50): Promise<number[]> {
  const { example, model, token } = installation
  const waits: number[] = []
  for (let call = 0; call < count; call += 1) {
    const startedAt = performance.now()
    expect((await post(`${server.url}/api/models/${model}/predict`, JSON.stringify({ inputs: example }), { token })).status).toBe(200)
    waits.push(performance.now() - startedAt)
  }
  return waits.sort((a, b) => a - b)
}

test('bytes that are no HTTP, or not quite', async () => {
  const { example, model, token } = installation
  const body = JSON.stringify({ inputs: example })
  const path = `/api/models/${model}/predict`
  const head = `POST ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\n`
  const whole = `${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  expect(statusesIn(await talk(whole))).toEqual([200])
  // Two calls in one piece are two answers in their order.
  expect(statusesIn(await talk(whole + whole))).toEqual([200, 200])

  const wrong: [name: string, bytes: string][] = [
    ['no HTTP at all', 'hello\r\n\r\n'],
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    ['a method that is none', 'HELLO / HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['a version that is none', 'GET / HTTP/9.9\r\nHost: x\r\n\r\n'],
    ['no host', 'GET /health/live HTTP/1.1\r\n\r\n'],
    ['two lengths', `${head}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`],
    ['a length below nothing', `${head}Content-Length: -1\r\n\r\n{}`],
    ['a length and pieces', `${head}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`],
    ['a piece of no size', `${head}Transfer-Encoding: chunked\r\n\r\nxyz\r\n{}\r\n0\r\n\r\n`],
    ['a header without a name', 'GET / HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n'],
    ['a NUL in a header', 'GET / HTTP/1.1\r\nHost: x\r\nX-A: a\0b\r\n\r\n'],
    ['20 KB of headers', `GET / HTTP/1.1\r\nHost: x\r\nX-A: ${'a'.repeat(20_000)}\r\n\r\n`],
    ['20 KB of address', `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`],
    ['an address that is none', 'GET http://[::1 HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['an upgrade', 'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'],
    ['a tunnel', 'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n'],
  ]
  for (const [name, bytes] of wrong) {
    const said = await talk(Buffer.from(bytes, 'latin1'), 400)
    for (const status of statusesIn(said)) expect(status, `${name}: ${said.slice(0, 200)}`).toBeLessThan(500)
    expect(said, name).not.toMatch(/\bat .+:\d+:\d+|node_modules/)
  }

  const next = random(20260503)
  const some = (limit: number) => Math.floor(next() * limit)
  for (let turn = 0; turn < 300; turn += 1) {
    const bytes = Buffer.from(whole, 'latin1')
    for (let change = 0; change < 1 + some(8); change += 1) bytes[some(bytes.length)] = some(256)
    const cut = next() < 0.3 ? bytes.subarray(0, some(bytes.length)) : bytes
    const said = await talk(cut, 60)
    for (const status of statusesIn(said)) expect(status, `turn ${turn}: ${JSON.stringify(cut.toString('latin1'))}`).toBeLessThan(500)
    expect(said).not.toMatch(/\bat .+:\d+:\d+|node_modules/)
  }
  await answers(5)
  expect(server.output()).not.toContain('unexpected error')
})

test('clients that send slowly hold up nobody, and are cut', async () => {
  const { model, token } = installation
  const opened = await Promise.all(Array.from({ length: 200 }, open))
  const [heads, bodies] = [opened.slice(0, 100), opened.slice(100)]
  for (const socket of heads) socket.write('GET /health/live HTTP/1.1\r\nHost: x\r\n')
  for (const socket of bodies) socket.write(`POST /api/models/${model}/predict HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n`)
  const trickle = setInterval(() => {
    for (const socket of heads) socket.write('X-A: b\r\n')
    for (const socket of bodies) socket.write(' ')
  }, 500)
  const startedAt = performance.now()
  const cut = Promise.all(heads.map((socket) => socket.closed || once(socket.resume(), 'close')))
  const waits = await answers()
  expect(waits.at(-1)).toBeLessThan(1000)
  await cut
  expect(performance.now() - startedAt).toBeLessThan(20_000)

  // Bodies under way do not hold up the end.
  const endedAt = performance.now()
  expect(await server.end('SIGTERM')).toBe(0)
  expect(performance.now() - endedAt).toBeLessThan(10_000)
  clearInterval(trickle)
  for (const socket of opened) socket.destroy()
})

/** As many as this process and the server may have open. */
const most = Number(execFileSync('sh', ['-c', 'ulimit -n']).toString()) || 10_000
const CONNECTIONS = Math.min(10_000, most - 2000)

test(`${CONNECTIONS} idle connections`, async () => {
  test.setTimeout(180_000)
  const pid = server.process.pid ?? 0
  const before = residentMegabytes(pid)
  const sockets: Socket[] = []
  while (sockets.length < CONNECTIONS) {
    const some = await Promise.all(Array.from({ length: Math.min(250, CONNECTIONS - sockets.length) }, open))
    for (const socket of some) socket.write('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n')
    await Promise.all(some.map((socket) => once(socket, 'data')))
    sockets.push(...some)
  }
  expect(sockets.filter((socket) => socket.closed)).toHaveLength(0)
  const waits = await answers(100)
  const load = new Load({ url: server.url, ...installation }, installation.example, 8)
  await new Promise((resolve) => setTimeout(resolve, 1500))
  await load.end()
  expect(sockets.filter((socket) => socket.closed)).toHaveLength(0)
  expect(load.broken).toEqual([])
  expect(load.statuses()).toEqual({ 200: load.answers.length })
  expect(waits[98]).toBeLessThan(300)
  // About 20 KB each.
  expect(residentMegabytes(pid) - before).toBeLessThan(400)
  for (const socket of sockets) socket.destroy()
})
