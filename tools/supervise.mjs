// node tools/supervise.mjs: runs the built server, starts it again when it crashed, and on SIGUSR2 lets a new process take
// over its port without a refused connection. Plain JavaScript without packages, so that it stays when they change.
//
// The processes share the port's socket through Node's own cluster module (SCHED_NONE: each takes its connections from the
// system itself, nothing is passed through here).
import cluster from 'node:cluster'
import { realpathSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 30_000
const MOST_CRASHES = 5
const COUNTED_WITHIN_MS = 10 * 60_000
/** A server drains within 10 seconds; after this it hangs. */
const LONGEST_END_MS = 15_000
/** Signals of a crash, not of somebody who ends the process. */
const CRASH_SIGNALS = new Set(['SIGSEGV', 'SIGABRT', 'SIGFPE', 'SIGBUS', 'SIGILL', 'SIGTRAP', 'SIGSYS'])

/** @param home where the code lies; may be a symbolic link that an upgrade sets to another folder */
export function supervise(home) {
  cluster.schedulingPolicy = cluster.SCHED_NONE
  /** @type {import('node:cluster').Worker | null} */
  let current = null
  /** @type {import('node:cluster').Worker | null} */
  let successor = null
  const ready = new Set()
  let crashes = []
  let isEnding = false

  const say = (sentence) => console.error(sentence)

  function start(variables) {
    // As the link is now: a process goes on in the folder it was started in.
    const folder = realpathSync(home)
    cluster.setupPrimary({ exec: join(folder, 'dist', 'server', 'main.js'), args: [], cwd: folder })
    const worker = cluster.fork({ FLIGHTDECK_SUCCESSOR: '0', FLIGHTDECK_ENDED_BY: '', ...variables })
    worker.on('message', (message) => {
      if (message?.kind === 'ready') isReady(worker)
    })
    worker.on('error', (error) => say(`The server's process: ${error.message}`))
    worker.on('exit', (code, signal) => ended(worker, code, signal))
    return worker
  }

  function isReady(worker) {
    ready.add(worker)
    if (worker !== successor) {
      worker.send({ kind: 'alone' })
      return
    }
    const old = current
    current = successor
    successor = null
    if (old === null) {
      worker.send({ kind: 'alone' })
      return
    }
    const hangs = setTimeout(() => old.process.kill('SIGKILL'), LONGEST_END_MS)
    old.once('exit', () => {
      clearTimeout(hangs)
      if (worker.isConnected()) worker.send({ kind: 'alone' })
    })
    if (old.isConnected()) old.send({ kind: 'retire' })
  }

  function ended(worker, code, signal) {
    const wasReady = ready.delete(worker)
    if (isEnding) {
      if (Object.keys(cluster.workers).length === 0) process.exit(code ?? 1)
      return
    }
    if (worker === successor) {
      successor = null
      say('The new process did not start, so the running one goes on. What it said stands above.')
      if (current === null) again(signal)
      return
    }
    if (worker !== current) return
    current = null
    if (code === 0) {
      if (successor === null) process.exit(0)
      return
    }
    // It could not start, and said why: it would not the next time either.
    if (!wasReady && signal === null) process.exit(code ?? 1)
    if (successor === null) again(signal, code)
  }

  function again(signal, code) {
    const at = Date.now()
    crashes = [...crashes.filter((crash) => at - crash < COUNTED_WITHIN_MS), at]
    if (crashes.length > MOST_CRASHES) {
      say(`The server ended ${crashes.length} times within ${COUNTED_WITHIN_MS / 60_000} minutes and is not started again.`)
      process.exit(1)
    }
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (crashes.length - 1))
    say(`The server ended (${signal ?? `exit code ${code}`}); it starts again in ${wait / 1000} s.`)
    setTimeout(() => {
      if (!isEnding) current = start(CRASH_SIGNALS.has(signal) ? { FLIGHTDECK_ENDED_BY: signal } : {})
    }, wait)
  }

  function upgrade() {
    if (isEnding || successor !== null || current === null || !ready.has(current)) return
    say('A new process takes over.')
    try {
      successor = start({ FLIGHTDECK_SUCCESSOR: '1' })
    } catch (error) {
      say(`The new process could not be started, so the running one goes on: ${error.message}`)
    }
  }

  function end(signal) {
    isEnding = true
    const workers = Object.values(cluster.workers)
    if (workers.length === 0) process.exit(0)
    for (const worker of workers) worker.process.kill(signal)
    setTimeout(() => workers.forEach((worker) => worker.process.kill('SIGKILL')), LONGEST_END_MS).unref()
  }

  process.on('SIGTERM', () => end('SIGTERM'))
  process.on('SIGINT', () => end('SIGINT'))
  if (process.platform !== 'win32') process.on('SIGUSR2', upgrade)
  current = start({})
}

// Not resolved, so that a link in the path stays one.
const called = process.argv[1] === undefined ? '' : resolve(process.argv[1])
if (called !== '' && realpathSync(called) === fileURLToPath(import.meta.url)) supervise(dirname(dirname(called)))
