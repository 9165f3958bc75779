import { fstatSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { WalSync } from './wal-sync'

/** A disk that is done when it is told so. */
class Disk {
  readonly flushes: { inode: number; done: (error: Error | null) => void }[] = []
  readonly flush = (descriptor: number, done: (error: Error | null) => void) => void this.flushes.push({ inode: fstatSync(descriptor).ino, done })
}

async function isSettled(promise: Promise<void>): Promise<boolean> {
  return Promise.race([promise.then(() => true, () => true), new Promise<boolean>((resolve) => setImmediate(() => resolve(false)))])
}

describe('the sync of the write-ahead log', () => {
  const folder = mkdtempSync(join(tmpdir(), 'flightdeck-wal-'))
  const file = join(folder, 'log-wal')
  let disk: Disk
  let log: WalSync
  beforeEach(() => {
    writeFileSync(file, 'frames')
    disk = new Disk()
    log = new WalSync(file, disk.flush)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('tells of nothing before the disk has it', async () => {
    const synced = log.synced()
    expect(await isSettled(synced)).toBe(false)
    disk.flushes[0]?.done(null)
    await synced
    log.close()
  })

  it('shares the next sync among commits made while one runs, and counts none of them to that one', async () => {
    const first = log.synced()
    const later = [log.synced(), log.synced()]
    disk.flushes[0]?.done(null)
    await first
    expect(disk.flushes).toHaveLength(2)
    expect(await isSettled(Promise.race(later))).toBe(false)
    disk.flushes[1]?.done(null)
    await Promise.all(later)
    expect(disk.flushes).toHaveLength(2)
    log.close()
  })

  it('refuses those whose sync failed, and goes on with the next', async () => {
    const first = log.synced()
    const second = log.synced()
    disk.flushes[0]?.done(new Error('EIO'))
    await expect(first).rejects.toThrow('EIO')
    disk.flushes[1]?.done(null)
    await second
    log.close()
  })

  it('follows a log that was removed and made again', async () => {
    const first = log.synced()
    disk.flushes[0]?.done(null)
    await first
    writeFileSync(`${file}.new`, 'other frames')
    renameSync(`${file}.new`, file)
    const second = log.synced()
    expect(disk.flushes[1]?.inode).toBe(statSync(file).ino)
    expect(disk.flushes[1]?.inode).not.toBe(disk.flushes[0]?.inode)
    disk.flushes[1]?.done(null)
    await second
    log.close()
  })

  it('says when there is no log', async () => {
    await expect(new WalSync(join(folder, 'none'), disk.flush).synced()).rejects.toThrow('ENOENT')
  })
})
