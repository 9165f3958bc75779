// Where rows come from and go to on this machine: uploads, the folder that is open for jobs, named databases, and each
// job's own directory. Rows hold names and hashes, never one of these paths.
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, realpath, stat } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import type { Session } from '@/lib/database'
import { listChannels } from '@/lib/alerts/queries'
import { environment } from '@/lib/platform/environment'
import { ProblemError } from '@/lib/platform/errors'
import { formatOfName, type BatchJob, type BatchPlaces, type BatchSource } from '../contract'
import type { EngineSource } from '../engine'
import { ConnectionsError, connectionsOfJson, connectionsOfText, pathWithin, refuseWritingQuery } from '../rules'

const MOST_FILES = 200
const MOST_DEPTH = 4

export function uploadsDirectory(): string {
  return join(environment().dataDirectory, 'batch', 'uploads')
}

/** Of the job's own results and what it needs to go on. */
export function jobDirectory(jobId: string): string {
  return join(environment().dataDirectory, 'batch', 'jobs', jobId)
}

/** False once their time is over. */
export function areFilesThere({ id, results }: Pick<BatchJob, 'id' | 'results'>): boolean {
  return (results ?? []).every((file) => existsSync(join(jobDirectory(id), file.fileName)))
}

/** What the engine opens. @throws ProblemError where it is not there or may not be read */
export async function engineSource(source: BatchSource): Promise<EngineSource> {
  switch (source.kind) {
    case 'upload': {
      const path = join(uploadsDirectory(), source.hash)
      if (!existsSync(path)) throw new ProblemError('not_found', 'The uploaded file is no longer there. Upload it again.', { code: 'batch_upload_missing' })
      return { kind: 'file', path, format: source.format }
    }
    case 'folder':
      return { kind: 'file', path: await fileInFolder(source.path), format: source.format }
    case 'query':
      refuseWritingQuery(source.query)
      return { kind: 'query', address: await addressOf(source.connection), query: source.query }
  }
}

/** Links are followed first: what counts is where they lead. */
async function fileInFolder(path: string): Promise<string> {
  const folder = await realFolder()
  const wanted = join(folder, pathWithin(path))
  const real = await realpath(wanted).catch(() => null)
  if (real === null || !isWithin(folder, real) || !(await stat(real)).isFile()) throw fileMissing(path)
  return real
}

/** Of a folder to deliver to, which is made where it is not there. */
export async function pathToDeliver(path: string): Promise<{ folder: string; target: string }> {
  const folder = await realFolder()
  const target = join(folder, pathWithin(path))
  // The deepest part that is there must not lead away; what is made below it cannot.
  for (let present = target; ; present = dirname(present)) {
    const real = await realpath(present).catch(() => null)
    if (real === null && present !== folder) continue
    if (real === null || !isWithin(folder, real)) throw fileMissing(path)
    return { folder, target }
  }
}

async function realFolder(): Promise<string> {
  const { batchDirectory } = environment()
  try {
    await mkdir(batchDirectory, { recursive: true })
    return await realpath(batchDirectory)
  } catch (cause) {
    throw new ProblemError('unavailable', 'The folder for batch jobs cannot be read. Look at FLIGHTDECK_BATCH_DIR.', { code: 'batch_folder_closed', cause })
  }
}

function isWithin(folder: string, path: string): boolean {
  return path === folder || path.startsWith(`${folder}${sep}`)
}

function fileMissing(path: string): ProblemError {
  return new ProblemError('not_found', `There is no file ${path} in the folder for batch jobs.`, { code: 'batch_file_missing' })
}

async function connections(): Promise<Map<string, string>> {
  const given = environment().batchConnections
  if (given === undefined) return new Map()
  try {
    const isFile = given.endsWith('.json') && !given.includes('=')
    return isFile ? connectionsOfJson(await readFile(given, 'utf8')) : connectionsOfText(given)
  } catch (cause) {
    const why = cause instanceof ConnectionsError ? cause.message : 'The file of FLIGHTDECK_BATCH_CONNECTIONS cannot be read.'
    throw new ProblemError('unavailable', why, { code: 'batch_connections_unreadable', cause })
  }
}

/** With its secrets: for the driver, never for answers. */
export async function addressOf(connection: string): Promise<string> {
  const address = (await connections()).get(connection)
  if (address !== undefined) return address
  throw new ProblemError('invalid', `There is no database called ${connection}. The operator of this installation names them in FLIGHTDECK_BATCH_CONNECTIONS.`, {
    code: 'batch_connection_unknown',
  })
}

export async function batchPlaces(db: Session): Promise<BatchPlaces> {
  const { smtpUrl } = environment()
  const channels = await listChannels(db)
  return {
    folder: await filesIn(await realFolder()),
    connections: [...(await connections()).keys()],
    webhooks: channels.filter((channel) => channel.kind === 'webhook' && channel.isEnabled).map(({ id, name }) => ({ id, name })),
    hasMail: smtpUrl !== undefined,
  }
}

/** Files that a job can read, newest first. Links are left out: they are found by their own path. */
async function filesIn(folder: string): Promise<BatchPlaces['folder']> {
  const files: BatchPlaces['folder']['files'] = []
  let isCut = false
  const walk = async (directory: string, depth: number): Promise<void> => {
    const entries = await readdir(directory, { withFileTypes: true }).catch(() => [])
    for (const entry of entries) {
      if (files.length >= MOST_FILES) isCut = true
      if (isCut || entry.name.startsWith('.')) continue
      const path = join(directory, entry.name)
      if (entry.isDirectory() && depth < MOST_DEPTH) await walk(path, depth + 1)
      if (!entry.isFile() || formatOfName(entry.name) === null) continue
      const { size, mtimeMs } = await stat(path)
      files.push({ path: relative(folder, path), bytes: size, changedAt: Math.round(mtimeMs) })
    }
  }
  await walk(folder, 1)
  // Results of jobs mostly lie deeper than what jobs read.
  const depth = (path: string) => path.split(sep).length
  return { files: files.sort((a, b) => depth(a.path) - depth(b.path) || b.changedAt - a.changedAt), isCut }
}
