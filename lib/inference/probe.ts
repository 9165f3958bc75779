// Opens a new model file for the first time: in a child process with limits on memory and time, so that a file that
// crashes the runtime or eats the machine takes only the child with it.
import { fork, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Answer } from '@/lib/onnx/decode'
import type { Row } from '@/lib/onnx/encode'
import type { GraphSignature } from '@/lib/onnx/signature'
import { environment } from '@/lib/platform/environment'
import { ProblemError } from '@/lib/platform/errors'
import { childEntry } from './child'
import type { Assessment } from './explainability'
import { residentBytes } from './resident-bytes'

export interface ProbeLimits {
  /** Resident memory of the child, the runtime's own included. */
  memoryBytes: number
  timeMs: number
}

const MB = 1024 * 1024
export const PROBE_LIMITS: ProbeLimits = { memoryBytes: 2048 * MB, timeMs: 60_000 }

/** How many rows the child answers one by one first, as single calls will come. */
export const FIRST_ROWS = 10

export interface ProbeRequest {
  artifactPath: string
  signature: GraphSignature
  rows: readonly Row[]
  /** Where given, the explanations are assessed too. */
  background: readonly Row[] | null
}

export type ProbeReport =
  | { kind: 'loaded'; loadMs: number }
  | { kind: 'answered'; answers: Answer[]; assessment: Assessment | null }
  | { kind: 'failed'; during: 'load' | 'rows'; message: string; row: number | null; field: string | null }

export interface ProbeResult {
  answers: Answer[]
  /** Null where no background was given. */
  assessment: Assessment | null
  loadMs: number
}

const WATCH_EVERY_MS = 50

/**
 * Loads the file and answers the rows in a child process.
 * @throws ProblemError `model_does_not_load`, `model_does_not_answer`, `probe_out_of_memory`, `probe_timeout`,
 * `probe_crashed`, each with a sentence for the person who sent the file.
 */
export async function probeModel(input: {
  artifact: Uint8Array
  signature: GraphSignature
  rows: readonly Row[]
  background?: readonly Row[]
  limits?: Partial<ProbeLimits>
}): Promise<ProbeResult> {
  const limits = { ...PROBE_LIMITS, ...input.limits }
  const folder = await mkdtemp(join(tmpdir(), 'flightdeck-probe-'))
  try {
    const artifactPath = join(folder, 'model.onnx')
    await writeFile(artifactPath, input.artifact, { mode: 0o600 })
    return await runChild({ artifactPath, signature: input.signature, rows: input.rows, background: input.background ?? null }, limits)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function runChild(request: ProbeRequest, limits: ProbeLimits): Promise<ProbeResult> {
  const entry = childEntry('probe')
  const heapMegabytes = Math.max(64, Math.floor(limits.memoryBytes / MB / 2))
  const child = fork(entry.file, [], {
    execArgv: [...entry.execArgv, `--max-old-space-size=${heapMegabytes}`],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // The file is not trusted yet: the child gets none of our settings and secrets.
    env: { NODE_ENV: environment().mode },
  })
  return new Promise((resolve, reject) => {
    const watch = new ChildWatch(child, limits, reject)
    let loadMs: number | null = null
    child.once('error', (cause) => watch.fail(crashed('could not be started', cause)))
    child.on('message', (report: ProbeReport) => {
      if (report.kind === 'loaded') loadMs = report.loadMs
      else if (report.kind === 'answered') watch.end(() => resolve({ answers: report.answers, assessment: report.assessment, loadMs: loadMs ?? 0 }))
      else watch.fail(problemOf(report))
    })
    child.once('exit', (code, signal) => watch.fail(exitProblem(code, signal, loadMs !== null, watch.lastWords)))
    child.send(request, (error) => {
      if (error) watch.fail(crashed('could not be started', error))
    })
  })
}

/** Ends the child exactly once, by whichever comes first: its answer, its death, or a limit. */
class ChildWatch {
  lastWords = ''
  private isOver = false
  private readonly timer: ReturnType<typeof setTimeout>
  private readonly interval: ReturnType<typeof setInterval>

  constructor(
    private readonly child: ChildProcess,
    limits: ProbeLimits,
    private readonly reject: (problem: ProblemError) => void,
  ) {
    child.stderr?.on('data', (chunk: Buffer) => {
      this.lastWords = (this.lastWords + chunk.toString('utf8')).slice(-4000)
    })
    this.timer = setTimeout(() => {
      this.fail(refused('probe_timeout', `The model did not load and answer within ${seconds(limits.timeMs)}. Export a smaller model, or one without endless loops.`))
    }, limits.timeMs)
    this.interval = setInterval(() => void this.checkMemory(limits.memoryBytes), WATCH_EVERY_MS)
  }

  private async checkMemory(limit: number): Promise<void> {
    const resident = this.child.pid === undefined ? null : await residentBytes(this.child.pid)
    if (resident === null || resident <= limit) return
    this.fail(outOfMemory(limit))
  }

  fail(problem: ProblemError): void {
    this.end(() => this.reject(problem))
  }

  end(then: () => void): void {
    if (this.isOver) return
    this.isOver = true
    clearTimeout(this.timer)
    clearInterval(this.interval)
    this.child.kill('SIGKILL')
    then()
  }
}

function problemOf(report: ProbeReport & { kind: 'failed' }): ProblemError {
  if (report.during === 'load') {
    return refused('model_does_not_load', `ONNX Runtime does not load this model: ${report.message} Export it again.`)
  }
  const where = report.row === null ? 'rows' : `row ${report.row + 1}`
  const column = report.field === null ? '' : ` (column ${report.field})`
  return refused('model_does_not_answer', `The model loads but does not answer ${where}${column}: ${report.message}`)
}

function exitProblem(code: number | null, signal: NodeJS.Signals | null, hasLoaded: boolean, lastWords: string): ProblemError {
  // V8 says this before it aborts.
  if (/heap out of memory/i.test(lastWords)) return refused('probe_out_of_memory', 'The model needs more memory than a new model may use. Export a smaller one.')
  const how = signal ?? `exit code ${code}`
  return crashed(`ended the process that ${hasLoaded ? 'asked it for answers' : 'loaded it'} (${how})`)
}

function outOfMemory(limit: number): ProblemError {
  return refused('probe_out_of_memory', `The model needs more than ${Math.round(limit / MB)} MB of memory to load and answer. Export a smaller one.`)
}

function crashed(how: string, cause?: unknown): ProblemError {
  return refused('probe_crashed', `The model ${how}. Nothing was registered. Export it again, with another version of the exporter if it happens again.`, cause)
}

function refused(code: string, message: string, cause?: unknown): ProblemError {
  return new ProblemError('invalid', message, { code, cause, fields: [{ path: 'artifact', rule: code, message }] })
}

function seconds(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${Math.round(ms / 1000)} s`
}
