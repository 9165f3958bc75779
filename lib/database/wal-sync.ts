// Waits until what was committed is on disk, beside the thread that commits. With synchronous=NORMAL a commit only writes to
// the write-ahead log; SQLite itself syncs that file where the order matters (a new log's header, before a checkpoint), and
// this does it for each commit before anybody is told of it. One sync stands for every commit made before it began.
import { closeSync, fdatasync, fstatSync, openSync } from 'node:fs'

interface Waiter {
  resolve(): void
  reject(error: unknown): void
}

export class WalSync {
  private descriptor: number | null = null
  private waiting: Waiter[] = []
  private isSyncing = false

  /**
   * @param file of the write-ahead log; it is there once something was committed
   * @param flush waits until the file is on disk
   */
  constructor(
    private readonly file: string,
    private readonly flush: (descriptor: number, done: (error: Error | null) => void) => void = fdatasync,
  ) {}

  /** Resolves when everything committed before this call is on disk. Rejects where the disk does not take it. */
  synced(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject })
      if (!this.isSyncing) this.sync()
    })
  }

  close(): void {
    if (this.descriptor !== null) closeSync(this.descriptor)
    this.descriptor = null
  }

  private sync(): void {
    const served = this.waiting
    this.waiting = []
    let descriptor: number
    try {
      descriptor = this.open()
    } catch (error) {
      for (const { reject } of served) reject(error)
      return
    }
    this.isSyncing = true
    this.flush(descriptor, (error) => {
      this.isSyncing = false
      // Before those who wait are told: what they do next may take a while.
      if (this.waiting.length > 0) this.sync()
      for (const { resolve, reject } of served) {
        if (error) reject(error)
        else resolve()
      }
    })
  }

  /** The log is another file after it was removed with its last connection and made again. */
  private open(): number {
    if (this.descriptor !== null && fstatSync(this.descriptor).nlink === 0) this.close()
    this.descriptor ??= openSync(this.file, 'r+')
    return this.descriptor
  }
}
