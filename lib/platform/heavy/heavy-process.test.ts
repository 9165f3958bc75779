import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { getPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HeavyProcess, type HeavyOptions } from './heavy-process'

const entry = join(process.cwd(), 'lib/platform/heavy/testing.ts')

describe('the second process', () => {
  let log: string
  let heavy: HeavyProcess
  const open = (options: HeavyOptions = {}) => {
    heavy = new HeavyProcess({ startProcess: () => fork(entry, [log], { execArgv: ['--import', 'tsx'], serialization: 'advanced', stdio: ['ignore', 'inherit', 'ignore', 'ipc'] }), restartMs: 10, ...options })
    return heavy
  }
  const told = () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [])
  const pids = () => told().map((line) => / (\d+)$/.exec(line)?.[1]).filter((pid) => pid !== undefined)
  const until = async (isSo: () => boolean) => {
    while (!isSo()) await sleep(10)
  }
  const isAlive = (pid: number) => {
    try {
      process.kill(pid, 0)
      return !existsSync(`/proc/${pid}/stat`) || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
    } catch {
      return false
    }
  }

  beforeEach(() => {
    log = join(mkdtempSync(join(tmpdir(), 'flightdeck-heavy-')), 'log')
  })
  afterEach(() => heavy.close())

  it('does one of a kind after the other, and tells how far it is', async () => {
    open()
    const progress: number[] = []
    const first = heavy.run('batch', { jobId: 'wait' }, ({ rowsRead }) => progress.push(rowsRead))
    const second = heavy.run('batch', { jobId: 'next' })
    await until(() => progress.length > 0)
    expect(progress).toEqual([7])
    expect(told()).toHaveLength(1)
    first.stop('pause')
    expect(await first.finished).toBeNull()
    expect(await second.finished).toBeNull()
    expect(told().map((line) => line.replace(/ \d+$/, ''))).toEqual(['wait', 'stopped: pause', 'next'])
    expect(new Set(pids()).size).toBe(1)
    expect(heavy.size).toBe(0)
  })

  it('stops before it begins what was only waiting', async () => {
    open()
    const first = heavy.run('batch', { jobId: 'wait' })
    const second = heavy.run('batch', { jobId: 'never' })
    second.stop('cancel')
    await expect(second.finished).rejects.toMatchObject({ code: 'heavy_work_stopped' })
    first.stop('cancel')
    await first.finished
    expect(told().join()).not.toContain('never')
  })

  it('passes on what its work refuses, and nothing of the inside', async () => {
    open()
    await expect(heavy.run('batch', { jobId: 'refuse' }).finished).rejects.toMatchObject({ kind: 'conflict', code: 'not_this_one', message: 'Not this one.' })
    await expect(heavy.run('batch', { jobId: 'fail' }).finished).rejects.toMatchObject({ code: 'heavy_work_failed', message: 'The work failed. The log of the server says why.' })
  })

  it('has the lowest priority, all its threads', async () => {
    open()
    const task = heavy.run('batch', { jobId: 'wait' })
    await until(() => told().length > 0)
    const pid = heavy.pid ?? 0
    expect(getPriority(pid)).toBe(19)
    if (process.platform === 'linux') {
      const nices = readdirSync(`/proc/${pid}/task`).map((thread) => readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8').split(') ')[1]?.split(' ')[16])
      expect(nices.length).toBeGreaterThan(1)
      expect(new Set(nices)).toEqual(new Set(['19']))
    }
    task.stop('pause')
    await task.finished
  })

  it('is started again after a crash, and gives up work that ends it twice; what comes after is done', async () => {
    open()
    const crashing = heavy.run('batch', { jobId: 'crash' })
    const next = heavy.run('batch', { jobId: 'next' })
    await expect(crashing.finished).rejects.toMatchObject({ code: 'heavy_process_ended' })
    expect(await next.finished).toBeNull()
    expect(new Set(pids()).size).toBe(3)
  })

  it('goes on after each crash with work that gets on', async () => {
    open()
    const task = heavy.run('batch', { jobId: 'crash after progress' })
    await until(() => pids().length >= 4)
    task.stop('cancel')
    await expect(task.finished).rejects.toMatchObject({ code: 'heavy_process_ended' })
  })

  it('ends when it is idle, having closed what it has open, and is started when there is work again', async () => {
    open({ idleMs: 50 })
    await heavy.run('batch', { jobId: 'one' }).finished
    const [first] = pids()
    await until(() => told().includes('closed') && !isAlive(Number(first)))
    await heavy.run('batch', { jobId: 'two' }).finished
    expect(pids()[1]).not.toBe(first)
  })

  it('stops its work at shutdown, and takes no more', async () => {
    open()
    const task = heavy.run('batch', { jobId: 'wait' })
    await until(() => told().length > 0)
    await Promise.all([heavy.close(), task.finished])
    expect(told().slice(1)).toEqual(['stopped: shutdown', 'closed'])
    await expect(heavy.run('batch', { jobId: 'late' }).finished).rejects.toMatchObject({ code: 'heavy_process_ended' })
  })

  it('dies with who started it', async () => {
    open()
    const script = `
      const { HeavyProcess } = await import(${JSON.stringify(join(process.cwd(), 'lib/platform/heavy/heavy-process.ts'))})
      const { fork } = await import('node:child_process')
      const heavy = new HeavyProcess({ startProcess: () => fork(${JSON.stringify(entry)}, [${JSON.stringify(log)}], { execArgv: ['--import', 'tsx'], serialization: 'advanced' }) })
      heavy.run('batch', { jobId: 'wait' })
      setInterval(() => undefined, 1000)`
    const parent = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], { stdio: ['ignore', 'inherit', 'inherit'] })
    await until(() => pids().length > 0)
    const [child] = pids()
    expect(isAlive(Number(child))).toBe(true)
    parent.kill('SIGKILL')
    await once(parent, 'exit')
    await until(() => !isAlive(Number(child)))
  })

  it('starts from its source, with a database of its own', async () => {
    process.env.FLIGHTDECK_DATA_DIR ??= mkdtempSync(join(tmpdir(), 'flightdeck-test-'))
    heavy = new HeavyProcess()
    // There is no such job, which only the database can know.
    expect(await heavy.run('batch', { jobId: 'none' }).finished).toBeNull()
  }, 30_000)
})
