// What a backup says of itself: every file in it with its SHA-256. Written last, so that a half-made backup has none.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { ProblemError } from '@/lib/platform/errors'

export const MANIFEST_FILE = 'manifest.json'

const manifestSchema = z.object({
  format: z.literal('flightdeck-backup'),
  formatVersion: z.literal(1),
  createdAt: z.iso.datetime(),
  program: z.string(),
  migrations: z.array(z.string()),
  files: z.array(
    z.object({
      // Nothing above or outside the backup's own folder, whatever a manifest says.
      path: z.string().regex(/^(flightdeck\.sqlite|artifacts\/[0-9a-f]{2}\/[0-9a-f]{64})$/),
      bytes: z.number().int().nonnegative(),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
})
export type Manifest = z.infer<typeof manifestSchema>
export type BackedUpFile = Manifest['files'][number]

export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

export function countFiles(count: number): string {
  return count === 1 ? '1 file' : `${count} files`
}

/** Its bytes are on the disk and not only in memory. */
export async function flushFile(path: string): Promise<void> {
  const file = await open(path, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

export async function describeFile(directory: string, path: string): Promise<BackedUpFile> {
  const full = join(directory, path)
  return { path, bytes: (await stat(full)).size, sha256: await hashFile(full) }
}

export async function readManifest(directory: string): Promise<Manifest> {
  const text = await readFile(join(directory, MANIFEST_FILE), 'utf8').catch((cause: unknown) => {
    throw broken(`${directory} is not a finished backup: it has no ${MANIFEST_FILE}.`, cause)
  })
  try {
    return manifestSchema.parse(JSON.parse(text))
  } catch (cause) {
    throw broken(`The ${MANIFEST_FILE} in ${directory} is not one that this Flightdeck can read.`, cause)
  }
}

/** Throws with every file that is missing or altered. */
export async function checkFiles(directory: string, manifest: Manifest): Promise<void> {
  const wrong: string[] = []
  for (const file of manifest.files) {
    const found = await describeFile(directory, file.path).catch(() => undefined)
    if (found === undefined) wrong.push(`${file.path} is missing`)
    else if (found.sha256 !== file.sha256) wrong.push(`${file.path} was altered`)
  }
  const listed = new Set(manifest.files.map(({ path }) => path))
  if (!listed.has('flightdeck.sqlite')) wrong.push('flightdeck.sqlite is not listed')
  if (wrong.length > 0) throw broken(`The backup in ${directory} is damaged: ${wrong.join('; ')}. Nothing was restored.`)
}

/** Paths of the stored files under a data or backup directory, sorted. */
export async function listArtifacts(directory: string): Promise<string[]> {
  const folders = await readdir(join(directory, 'artifacts')).catch(() => [] as string[])
  const found: string[] = []
  for (const folder of folders.filter((name) => /^[0-9a-f]{2}$/.test(name))) {
    for (const name of await readdir(join(directory, 'artifacts', folder))) {
      // Files still being written have other names.
      if (/^[0-9a-f]{64}$/.test(name)) found.push(`artifacts/${folder}/${name}`)
    }
  }
  return found.sort()
}

function broken(message: string, cause?: unknown): ProblemError {
  return new ProblemError('conflict', message, { code: 'backup_damaged', cause })
}
