// Which versions run at this moment, in a file that outlives the process: after a crash the next process reads who was
// running. Two small writes for each run, about two microseconds (the page cache keeps them; only this process dies).
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { logger } from '@/lib/platform/logging'

const MOST_NAMES = 32
const NAME_BYTES = 64
const PREFIX = `${hostname()}-`

export class RunJournal {
  private readonly running = new Map<string, number>()
  private readonly buffer = Buffer.alloc(1 + MOST_NAMES * NAME_BYTES)

  private constructor(
    private readonly file: string | null,
    private readonly descriptor: number | null,
    /** The versions that ran when earlier processes of this machine ended. */
    readonly found: readonly string[],
  ) {}

  /** Reads what earlier processes left and begins anew. Where the folder cannot be written, nothing is kept. */
  static open(folder: string, pid = process.pid): RunJournal {
    try {
      mkdirSync(folder, { recursive: true })
      const found = takeLeft(folder, pid)
      const file = join(folder, `${PREFIX}${pid}`)
      const descriptor = openSync(file, 'w', 0o600)
      // The whole of it now, so that no later write needs room on the disk.
      writeSync(descriptor, Buffer.alloc(1 + MOST_NAMES * NAME_BYTES), 0, undefined, 0)
      return new RunJournal(file, descriptor, found)
    } catch (error) {
      logger().warn({ err: error }, 'what runs cannot be written down: after a crash nobody will know which version ran')
      return new RunJournal(null, null, [])
    }
  }

  begin(version: string): void {
    const count = this.running.get(version) ?? 0
    this.running.set(version, count + 1)
    if (count === 0) this.write()
  }

  end(version: string): void {
    const count = this.running.get(version) ?? 0
    if (count > 1) {
      this.running.set(version, count - 1)
      return
    }
    this.running.delete(version)
    this.write()
  }

  /** At an orderly end. */
  close(): void {
    if (this.descriptor !== null) closeSync(this.descriptor)
    if (this.file !== null) rmSync(this.file, { force: true })
  }

  private write(): void {
    if (this.descriptor === null) return
    const { buffer, running } = this
    let at = 1
    for (const version of running.keys()) {
      if (at > (MOST_NAMES - 1) * NAME_BYTES) break
      buffer.fill(0, at, at + NAME_BYTES)
      buffer.write(version, at, NAME_BYTES, 'latin1')
      at += NAME_BYTES
    }
    buffer[0] = (at - 1) / NAME_BYTES
    writeSync(this.descriptor, buffer, 0, at, 0)
  }
}

/** Of processes that are gone; a number that is our own was another's before. */
function takeLeft(folder: string, pid: number): string[] {
  const found = new Set<string>()
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(PREFIX)) continue
    const other = Number(name.slice(PREFIX.length))
    if (!Number.isInteger(other) || (other !== pid && isAlive(other))) continue
    const file = join(folder, name)
    for (const version of namesIn(readFileSync(file))) found.add(version)
    rmSync(file, { force: true })
  }
  return [...found]
}

function namesIn(content: Buffer): string[] {
  const names: string[] = []
  for (let index = 0; index < (content[0] ?? 0); index++) {
    const start = 1 + index * NAME_BYTES
    const name = content.toString('latin1', start, start + NAME_BYTES).replaceAll('\0', '')
    if (name !== '') names.push(name)
  }
  return names
}

function isAlive(pid: number): boolean {
  if (existsSync(`/proc/${pid}`)) return true
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
