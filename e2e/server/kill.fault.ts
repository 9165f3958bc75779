// SIGKILL at random moments under load: every answered prediction is in the log, and the profiles equal a recount of it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { openSqlite } from '@/lib/database/sqlite'
import { findPrediction, recountProfiles } from '@/lib/serving/queries'
import { servingTables } from '@/lib/serving/tables'
import { install, type Installation } from './installation'
import { startServer, type RunningServer } from './process'

const KILLS = 50
const CONNECTIONS = 8

/** Predicts without pause until the server is gone; gives back the ids of all answers. */
async function predictUntilEnd(server: RunningServer, { model, token, example }: Installation, answered: string[]): Promise<void> {
  for (;;) {
    try {
      const answer = await fetch(`${server.url}/api/models/${model}/predict`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ inputs: example, subject: `S-${answered.length % 97}` }),
      })
      if (!answer.ok) throw new Error(`answered ${answer.status}: ${await answer.text()}`)
      answered.push(((await answer.json()) as { id: string }).id)
    } catch (error) {
      // The end of the connection is what the test is about; any answer that is not 200 is a failure.
      if (error instanceof TypeError || (error as Error).name === 'SyntaxError') return
      throw error
    }
  }
}

test('nothing answered is lost, fifty kills in a row', async () => {
  test.setTimeout(600_000)
  const dataDirectory = mkdtempSync(join(tmpdir(), 'flightdeck-kill-'))
  try {
    const first = await startServer({ dataDirectory })
    const installation = await install(first)
    await first.end('SIGTERM')

    const answered: string[] = []
    for (let kill = 0; kill < KILLS; kill += 1) {
      const server = await startServer({ dataDirectory })
      const clients = Array.from({ length: CONNECTIONS }, () => predictUntilEnd(server, installation, answered))
      await new Promise((resolve) => setTimeout(resolve, 50 + Math.random() * 450))
      await server.end('SIGKILL')
      await Promise.all(clients)
    }

    const db = openSqlite(join(dataDirectory, 'flightdeck.sqlite'))
    const { predictions } = db.tables(servingTables)
    const logged = new Set((await db.select({ id: predictions.id }).from(predictions)).map((row) => row.id))
    expect(answered.length).toBeGreaterThan(KILLS * CONNECTIONS)
    expect(answered.filter((id) => !logged.has(id))).toEqual([])
    const row = await findPrediction(db, answered[0] ?? '')
    const { stored, recounted } = await recountProfiles(db, row?.versionId ?? '', 'production')
    expect(stored).toEqual(recounted)
    // An end from outside is no version's fault, however often it comes.
    const { versionHealth } = db.tables(servingTables)
    expect((await db.select({ state: versionHealth.state }).from(versionHealth)).map(({ state }) => state)).not.toContain('quarantined')
    await db.close()
  } finally {
    rmSync(dataDirectory, { recursive: true, force: true })
  }
})
