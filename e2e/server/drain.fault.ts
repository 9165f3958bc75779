// SIGTERM under load: no request is cut, the process ends by itself within ten seconds, every answer is on disk.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Agent, request } from 'node:http'
import { expect, test } from '@playwright/test'
import { openSqlite } from '@/lib/database/sqlite'
import { servingTables } from '@/lib/serving/tables'
import { install } from './installation'
import { startServer } from './process'

interface Answer {
  status: number
  body: string
}

function post(url: string, token: string, body: string, agent: Agent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request(url, { method: 'POST', agent, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' } }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => (text += chunk.toString()))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }))
      response.on('error', reject)
    })
    call.on('error', reject)
    call.end(body)
  })
}

test('a drain cuts no request', async () => {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'flightdeck-drain-'))
  try {
    const server = await startServer({ dataDirectory })
    const { model, token, example } = await install(server)
    const agent = new Agent({ keepAlive: true, maxSockets: 16 })
    const answers: Answer[] = []
    const broken: NodeJS.ErrnoException[] = []
    let isEnding = false
    const client = async () => {
      for (;;) {
        try {
          answers.push(await post(`${server.url}/api/models/${model}/predict`, token, JSON.stringify({ inputs: example }), agent))
        } catch (error) {
          broken.push(error as NodeJS.ErrnoException)
          return
        }
        if (isEnding && answers.at(-1)?.status !== 200) return
      }
    }
    const clients = Array.from({ length: 16 }, client)
    await new Promise((resolve) => setTimeout(resolve, 1000))
    isEnding = true
    const started = performance.now()
    expect(await server.end('SIGTERM')).toBe(0)
    expect(performance.now() - started).toBeLessThan(10_000)
    await Promise.all(clients)
    agent.destroy()

    // A connection refused after the end is the proxy's business; one cut in the middle of an answer is ours.
    expect(broken.map((error) => error.code).filter((code) => code !== 'ECONNREFUSED' && code !== 'ECONNRESET')).toEqual([])
    const good = answers.filter((answer) => answer.status === 200)
    expect(answers.filter((answer) => answer.status !== 200)).toEqual([])
    const db = openSqlite(join(dataDirectory, 'flightdeck.sqlite'))
    const { predictions } = db.tables(servingTables)
    const logged = new Set((await db.select({ id: predictions.id }).from(predictions)).map((row) => row.id))
    expect(good.map((answer) => (JSON.parse(answer.body) as { id: string }).id).filter((id) => !logged.has(id))).toEqual([])
    expect(logged.size).toBe(good.length)
    await db.close()
  } finally {
    rmSync(dataDirectory, { recursive: true, force: true })
  }
})
