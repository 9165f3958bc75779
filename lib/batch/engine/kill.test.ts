// A job that is killed at any moment, again and again, comes to the same results, byte for byte, as one that was left alone:
// no row is lost, doubled or out of its place, in the results, the rejected rows, the log or the profile.
import Database from 'better-sqlite3'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { Random } from '@/lib/math/random'
import type { KeptState } from './testing/run-child'
import { csvText, loadExample, newDirectory, writeSource } from './testing/example'

const ROWS = 60_000

/** When it is killed: so long after so many checkpoints, where the one it begins with counts. */
interface Death {
  checkpoints: number
  afterMs: number
}

/** @returns whether it came to its end */
async function runChild(source: string, directory: string, output: string, death: Death | null): Promise<boolean> {
  const child = fork(join(process.cwd(), 'lib/batch/engine/testing/run-child.ts'), [source, directory, output], { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const gone = once(child, 'exit') as Promise<[number | null]>
  let hasEnded = false
  let checkpoints = 0
  const isReached = new Promise<void>((resolve) => {
    child.on('message', (what) => {
      if (what === 'ended') hasEnded = true
      else if (++checkpoints === death?.checkpoints) resolve()
    })
    void gone.then(() => resolve())
  })
  if (death !== null) {
    await isReached
    await Promise.race([sleep(death.afterMs), gone])
    child.kill('SIGKILL')
  }
  const [code] = await gone
  if (death === null) expect(code).toBe(0)
  return hasEnded
}

const state = (directory: string): KeptState | null => {
  const path = join(directory, 'state.json')
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as KeptState) : null
}

function contentOf(directory: string, output: string): unknown {
  if (output !== 'table') return readFileSync(join(directory, `results.${output}`)).toString('base64')
  const database = new Database(join(directory, 'results.sqlite'), { readonly: true })
  const rows = database.prepare('select * from results order by row').raw().all()
  database.close()
  return rows
}

describe('a job that is killed again and again', () => {
  let source: string
  beforeAll(async () => {
    const { rows, mapping } = await loadExample('credit-union')
    const names = Object.keys(mapping)
    const field = names.find((name) => typeof rows[0]?.[name] === 'number') ?? ''
    const many = Array.from({ length: ROWS }, (_, index) => ({ id: `case "${index}"`, ...rows[index % rows.length], ...(index % 7 === 3 ? { [field]: 'none' } : {}) }))
    source = writeSource('rows.csv', csvText(['id', ...names], many)).path
  })

  it.each([['csv', 10, 5], ['parquet', 8, 6], ['table', 6, 7]] as const)('has the same results as %s', async (output, kills, seed) => {
    const calm = newDirectory()
    await runChild(source, calm, output, null)
    const random = new Random(seed)
    const disturbed = newDirectory()
    mkdirSync(disturbed, { recursive: true })
    let killed = 0
    const places = new Set<number>()
    while (killed < kills && !(await runChild(source, disturbed, output, { checkpoints: 1 + random.integer(3), afterMs: random.uniform(0, 60) }))) {
      killed += 1
      places.add(state(disturbed)?.checkpoint.rowsRead ?? 0)
    }
    await runChild(source, disturbed, output, null)
    // Or it was never killed in the middle of its work.
    expect(places.size).toBeGreaterThan(2)
    expect(contentOf(disturbed, output)).toEqual(contentOf(calm, output))
    expect(readFileSync(join(disturbed, 'rejected.csv'), 'utf8')).toBe(readFileSync(join(calm, 'rejected.csv'), 'utf8'))
    expect(state(disturbed)).toEqual(state(calm))
    const { checkpoint, rows, ids } = state(calm) as KeptState
    const rejected = Math.floor((ROWS - 4) / 7) + 1
    expect(checkpoint).toMatchObject({ rowsRead: ROWS, rowsRejected: rejected, rowsScored: ROWS - rejected })
    expect([rows, ids.length, new Set(ids).size]).toEqual(Array(3).fill(ROWS - rejected))
  }, 240_000)
})
