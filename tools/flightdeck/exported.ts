// What bundle, export triton and export kserve share: a released model, fetched with its file from a running server.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ExportKind, ModelExport } from '@/lib/edge/contract'
import { UsageError } from './command'
import type { Server } from './server'

/** `no-show-risk` is what production serves; `no-show-risk@staging` another environment. */
export function modelAt(given: string): { model: string; environment: string } {
  const [model = '', environment = 'production', ...more] = given.split('@')
  if (model === '' || environment === '' || more.length > 0) throw new UsageError('Name the model and where it is released, such as no-show-risk@production.')
  return { model, environment }
}

export async function askExport(server: Server, given: string, kind: ExportKind): Promise<ModelExport> {
  const { model, environment } = modelAt(given)
  return server.post<ModelExport>(`/api/models/${encodeURIComponent(model)}/exports`, { environment, kind })
}

/** Fetches the model file of what was exported, and holds it to its hash. */
export async function fetchModel(server: Server, { model, version }: ModelExport, file: string): Promise<void> {
  await server.download(`/api/models/${encodeURIComponent(model.slug)}/versions/${version.number}/artifact`, file)
  requireHash(file, version.artifactHash)
}

export async function fetchBackground(server: Server, { model, version }: ModelExport, hash: string, file: string): Promise<void> {
  await server.download(`/api/models/${encodeURIComponent(model.slug)}/versions/${version.number}/files/background`, file)
  requireHash(file, hash)
}

function requireHash(file: string, hash: string): void {
  if (hashOf(readFileSync(file)) !== hash) throw new UsageError(`${file} arrived damaged. Call the command again.`)
}

export function hashOf(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}

/** Nothing is overwritten: what lies in a folder may be in use. */
export function emptyFolder(path: string, shown: string): string {
  if (existsSync(path) && readdirSync(path).length > 0) throw new UsageError(`${shown} is not empty. Name a new folder.`)
  mkdirSync(path, { recursive: true })
  return path
}

export function inFolder(folder: string, ...parts: string[]): string {
  mkdirSync(join(folder, ...parts.slice(0, -1)), { recursive: true })
  return join(folder, ...parts)
}
