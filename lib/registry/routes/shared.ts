// What the registry's routes share: the version that a path names, and how it is told.
import { z } from '@hono/zod-openapi'
import { database } from '@/lib/database'
import { notFound } from '@/lib/platform/errors'
import type { ModelSummary, Version } from '../contract'
import { findModel, findVersion } from '../queries'

export const modelParam = z.object({ model: z.string().openapi({ description: 'Slug or id of the model' }) })
export const versionParam = modelParam.extend({ number: z.coerce.number().int().positive() })
export const file = { type: 'string', format: 'binary' } as const
export const json = { type: 'string', description: 'JSON: name, owner, lineage, fields and what the answer means' } as const

/** A plain description, so that the body is read by hand: a file of half a gigabyte is not for a schema to look through. */
export function multipart(properties: Record<string, typeof file | typeof json>, required: string[]) {
  const schema = { type: 'object' as const, properties, required }
  return { body: { required: true, content: { 'multipart/form-data': { schema } } } } as const
}

export async function requireModel(slugOrId: string): Promise<ModelSummary> {
  const model = await findModel(await database(), slugOrId)
  if (!model) throw notFound(`model ${slugOrId}`, 'model_not_found')
  return model
}

export async function requireVersion(slugOrId: string, number: number): Promise<{ model: ModelSummary; version: Version }> {
  const model = await requireModel(slugOrId)
  const version = await findVersion(await database(), model.id, number)
  if (!version) throw notFound(`version ${number} of ${model.slug}`, 'version_not_found')
  return { model, version }
}

/** Without the profile's bytes, which are for Flightdeck itself. */
export function answerOf(version: Version) {
  const { reference, attributions: _, ...told } = version
  return { ...told, lineage: { ...version.lineage }, reference: reference && { rows: reference.rows, metrics: reference.metrics } }
}
