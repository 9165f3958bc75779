// The files of a spool: lines of JSON, appended and flushed to the disk before anything is answered. A start begins a new
// file, so the end of an older one may be cut off; what stands there was never answered.
import { mkdirSync, openSync, closeSync, fsyncSync, readdirSync, statSync } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'

export const SPOOL_FOLDER = 'spool'
const NAME = /^rows-(\d{8})\.jsonl$/

interface Segment {
  handle: FileHandle
  /** What is known to be whole. */
  bytes: number
}

export class Spool {
  private segment: Segment | null = null
  private next: number
  /** Of the files before the current one. */
  private closedBytes = 0
  private lookedAt = -Infinity

  constructor(
    private readonly folder: string,
    private readonly mostBytes: number,
    private readonly segmentBytes = 64 * 1024 * 1024,
  ) {
    mkdirSync(folder, { recursive: true })
    this.next = Math.max(0, ...spoolFiles(folder).map((name) => Number(NAME.exec(name)?.[1]))) + 1
    this.look()
  }

  /** Whether so much more may be kept. What was taken away by an upload makes room within a second. */
  hasRoom(bytes: number): boolean {
    if (this.size + bytes <= this.mostBytes) return true
    if (performance.now() - this.lookedAt > 1000) this.look()
    return this.size + bytes <= this.mostBytes
  }

  /** On disk when it resolves. */
  async append(content: Buffer): Promise<void> {
    const segment = (this.segment ??= await this.begin())
    try {
      let written = 0
      while (written < content.length) written += (await segment.handle.write(content, written, content.length - written, segment.bytes + written)).bytesWritten
      await segment.handle.datasync()
      segment.bytes += content.length
    } catch (error) {
      await this.cutBack(segment)
      throw error
    }
    if (segment.bytes >= this.segmentBytes) await this.end()
  }

  async end(): Promise<void> {
    const { segment } = this
    this.segment = null
    if (!segment) return
    this.closedBytes += segment.bytes
    await segment.handle.close()
  }

  private get size(): number {
    return this.closedBytes + (this.segment?.bytes ?? 0)
  }

  private async begin(): Promise<Segment> {
    const handle = await open(join(this.folder, `rows-${String(this.next).padStart(8, '0')}.jsonl`), 'wx', 0o640)
    this.next += 1
    // The name of the file must outlive a power cut as its rows do.
    const folder = openSync(this.folder, 'r')
    fsyncSync(folder)
    closeSync(folder)
    return { handle, bytes: 0 }
  }

  /** What was refused must not stand there as if it had been answered. Where even that fails, the file is left behind. */
  private async cutBack(segment: Segment): Promise<void> {
    try {
      await segment.handle.truncate(segment.bytes)
    } catch {
      await this.end().catch(() => undefined)
    }
  }

  private look(): void {
    this.lookedAt = performance.now()
    const sizes = spoolFiles(this.folder).map((name) => statSync(join(this.folder, name), { throwIfNoEntry: false })?.size ?? 0)
    this.closedBytes = sizes.reduce((sum, size) => sum + size, 0) - (this.segment?.bytes ?? 0)
  }
}

/** Oldest first. */
export function spoolFiles(folder: string): string[] {
  return readdirSync(folder).filter((name) => NAME.test(name)).sort()
}
