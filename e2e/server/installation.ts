// A small real installation, made through the API as people would: three people, one model in production, one token.
import { readFileSync } from 'node:fs'
import type { RunningServer } from './process'
import { signInCookie } from './session'

const PASSWORD = 'correct horse battery'

export interface Installation {
  model: string
  admin: string
  operator: string
  approver: string
  /** Bearer token that may predict and ingest. */
  token: string
  example: Record<string, unknown>
}

export async function call<T>(server: RunningServer, path: string, options: { method?: string; cookie?: string; token?: string; body?: unknown; form?: FormData } = {}): Promise<T> {
  const { method = options.body === undefined && options.form === undefined ? 'GET' : 'POST', cookie, token, body, form } = options
  const answer = await fetch(`${server.url}/api${path}`, {
    method,
    headers: {
      ...(cookie === undefined ? {} : { cookie }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body: form ?? (body === undefined ? null : JSON.stringify(body)),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`)
  return JSON.parse(text) as T
}

export async function pushVersion(server: RunningServer, cookie: string, folder: string, version: string): Promise<{ model: string; number: number }> {
  const metadata = JSON.parse(readFileSync(`examples/${folder}/${version}.json`, 'utf8')) as { model: string }
  const form = new FormData()
  form.set('artifact', new Blob([readFileSync(`examples/${folder}/${version}.onnx`)]), `${version}.onnx`)
  form.set('metadata', JSON.stringify(metadata))
  form.set('reference', new Blob([readFileSync(`examples/${folder}/reference-${version}.csv`)]), `reference-${version}.csv`)
  const answer = await call<{ version: { number: number } }>(server, `/models/${metadata.model}/versions`, { cookie, form })
  return { model: metadata.model, number: answer.version.number }
}

export async function release(server: RunningServer, people: { operator: string; approver: string }, model: string, version: number): Promise<void> {
  const promotion = await call<{ id: string }>(server, '/promotions', {
    cookie: people.operator,
    body: { model, version, environment: 'production', reason: 'Needed by the test' },
  })
  await call(server, `/promotions/${promotion.id}/approve`, { cookie: people.approver, body: { comment: 'Seen' } })
}

export async function install(server: RunningServer): Promise<Installation> {
  await call(server, '/setup', { body: { name: 'Ada', email: 'admin@example.com', password: PASSWORD } })
  const admin = await signInCookie(server.url, 'admin@example.com', PASSWORD)
  for (const role of ['operator', 'approver']) {
    await call(server, '/people', { cookie: admin, body: { name: role, email: `${role}@example.com`, role, password: PASSWORD } })
  }
  const operator = await signInCookie(server.url, 'operator@example.com', PASSWORD)
  const approver = await signInCookie(server.url, 'approver@example.com', PASSWORD)
  const { model, number } = await pushVersion(server, operator, 'credit-union', 'v1')
  await release(server, { operator, approver }, model, number)
  const { secret } = await call<{ secret: string }>(server, '/tokens', { cookie: admin, body: { name: 'test', scopes: ['predict', 'ingest', 'read'] } })
  const { inputs } = await call<{ inputs: Record<string, unknown> }>(server, `/models/${model}/example`, { cookie: operator })
  return { model, admin, operator, approver, token: secret, example: inputs }
}

/** Registers a file without reference data and releases it to production. */
export async function releaseFile(server: RunningServer, { operator, approver }: Pick<Installation, 'operator' | 'approver'>, model: string, artifact: Uint8Array): Promise<number> {
  const form = new FormData()
  form.set('artifact', new Blob([new Uint8Array(artifact)]), 'model.onnx')
  form.set('metadata', JSON.stringify({ model, task: 'regression' }))
  const { version } = await call<{ version: { number: number } }>(server, `/models/${model}/versions`, { cookie: operator, form })
  await release(server, { operator, approver }, model, version.number)
  return version.number
}
