// Content-addressed files: the name is the SHA-256 of the content, so a file never changes and is stored once.
// Rows hold the hash, never a path; an object store takes the place of this folder without touching them.
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { sha256 } from './crypto'
import { environment } from './environment'
import { ProblemError } from './errors'
import { newId } from './ids'

const HASH = /^[0-9a-f]{64}$/

export function storedPath(hash: string): string {
  if (!HASH.test(hash)) throw new ProblemError('not_found', 'This is not the SHA-256 of a stored file.')
  return join(environment().dataDirectory, 'artifacts', hash.slice(0, 2), hash)
}

/** Stores the bytes and returns their SHA-256. Atomic: written aside, flushed to disk, then renamed into place. */
export async function storeFile(content: Uint8Array): Promise<string> {
  const hash = sha256(content)
  const path = storedPath(hash)
  if (existsSync(path)) return hash
  const folder = join(path, '..')
  await mkdir(folder, { recursive: true })
  const aside = join(folder, `.${newId()}`)
  const file = await open(aside, 'w', 0o440)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
  try {
    await rename(aside, path)
  } catch (error) {
    await rm(aside, { force: true })
    throw error
  }
  return hash
}

/** Reads a stored file and checks that it still is what its name says. */
export async function readStoredFile(hash: string): Promise<Uint8Array> {
  const content = await readFile(storedPath(hash)).catch((cause: unknown) => {
    throw new ProblemError('unavailable', `The stored file ${hash.slice(0, 12)} is missing. Restore it from a backup.`, {
      code: 'artifact_missing',
      cause,
    })
  })
  if (sha256(content) !== hash) {
    throw new ProblemError('unavailable', `The stored file ${hash.slice(0, 12)} was altered on disk. Restore it from a backup.`, {
      code: 'artifact_corrupted',
    })
  }
  return content
}

export interface ReceivedFile {
  hash: string
  bytes: number
}

/**
 * Writes what flows in to a folder under its SHA-256, a piece at a time, whatever its size. What was cut off or is longer
 * than `most` leaves nothing behind.
 */
export async function receiveFile(stream: AsyncIterable<Uint8Array>, folder: string, most: number): Promise<ReceivedFile> {
  await mkdir(folder, { recursive: true })
  const aside = join(folder, `.${newId()}`)
  const digest = createHash('sha256')
  let bytes = 0
  try {
    const file = await open(aside, 'w', 0o440)
    try {
      for await (const piece of stream) {
        bytes += piece.length
        if (bytes > most) throw new ProblemError('too_large', `The file is too large: at most ${most} bytes are taken here.`)
        digest.update(piece)
        await file.writeFile(piece)
      }
      await file.sync()
    } finally {
      await file.close()
    }
    const hash = digest.digest('hex')
    await rename(aside, join(folder, hash))
    return { hash, bytes }
  } catch (error) {
    await rm(aside, { force: true })
    throw error
  }
}
