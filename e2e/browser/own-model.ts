// A model of a journey's own, from an example's files, so that journeys do not meet on one model.
import { readFileSync } from 'node:fs'
import { done, type Api } from './api'

export interface OwnModel {
  slug: string
  name: string
}

export async function registerVersion(operator: Api, { slug, name }: OwnModel, file: string): Promise<number> {
  const form = new FormData()
  const metadata = JSON.parse(readFileSync(`examples/${file}.json`, 'utf8')) as Record<string, unknown>
  form.set('artifact', new Blob([readFileSync(`examples/${file}.onnx`)]), 'model.onnx')
  form.set('metadata', JSON.stringify({ ...metadata, model: slug, name }))
  form.set('reference', new Blob([readFileSync(`examples/${file.replace(/([^/]+)$/, 'reference-$1')}.csv`)]), 'reference.csv')
  const { version } = await done(operator<{ version: { number: number } }>('POST', `/models/${slug}/versions`, form))
  return version.number
}

export async function request(operator: Api, model: OwnModel, version: number, reason: string): Promise<string> {
  const { id } = await done(operator<{ id: string }>('POST', '/promotions', { model: model.slug, version, environment: 'production', reason }))
  return id
}

/** Registered, requested by the operator and approved by the approver. */
export async function release(operator: Api, approver: Api, model: OwnModel, file: string): Promise<number> {
  const version = await registerVersion(operator, model, file)
  const promotion = await request(operator, model, version, 'The first version of this model.')
  await done(approver('POST', `/promotions/${promotion}/approve`, { comment: 'Seen.' }))
  return version
}

/** A token for a program, made by the administrator. */
export async function tokenFor(admin: Api, name: string, grant: { scopes?: string[]; role?: string; expiresInDays?: number }): Promise<{ id: string; secret: string }> {
  const { token, secret } = await done(admin<{ token: { id: string }; secret: string }>('POST', '/tokens', { name, ...grant }))
  return { id: token.id, secret }
}
