import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { api } from '@/lib/api'
import { createToken } from '@/lib/access/commands'
import { admin } from '@/lib/serving/testing/fixture'
import { sha256 } from '@/lib/platform/crypto'
import { verifyBundle } from '@/tools/verify-bundle.mjs'
import { ensureSigningKey } from '../commands/signing-key'
import { KEYS_PATH, type PublicKeySet } from '../contract/bundle'
import { makeEvidenceFixture, type EvidenceFixture } from '../testing/fixture'

describe('evidence over HTTP', () => {
  let made: EvidenceFixture
  let headers: Record<string, string>
  beforeAll(async () => {
    made = await makeEvidenceFixture('sqlite')
    await ensureSigningKey()
    const { secret } = await createToken(admin, { name: 'archive', role: 'auditor' })
    headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' }
  })
  afterAll(() => made.end())

  const post = (path: string, body: unknown) => Promise.resolve(api.fetch(new Request(`http://127.0.0.1/api${path}`, { method: 'POST', headers, body: JSON.stringify(body) })))

  it('publishes the keys to everybody, to be kept for some minutes', async () => {
    const answer = await api.fetch(new Request(`http://127.0.0.1${KEYS_PATH}`))
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('application/jwk-set+json')
    expect(answer.headers.get('cache-control')).toBe('public, max-age=300')
    expect(await answer.json()).toMatchObject({ keys: [{ kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig', retired: null }] })
  })

  it('gives the bundle as it was signed, byte for byte, which the published keys verify', async () => {
    const answer = await post('/evidence', { predictions: made.clinicIds, reason: 'archive' })
    expect(answer.status).toBe(200)
    const bytes = Buffer.from(await answer.arrayBuffer())
    expect(answer.headers.get('x-evidence-sha256')).toBe(sha256(bytes))
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="evidence-[0-9a-f-]+\.json"$/)
    const keys = (await (await api.fetch(new Request(`http://127.0.0.1${KEYS_PATH}`))).json()) as PublicKeySet
    expect(verifyBundle(bytes, keys)).toMatchObject({ exitCode: 0 })
  })

  it('gives the PDF of one', async () => {
    const answer = await post(`/predictions/${made.clinicIds[0]}/evidence.pdf`, {})
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/pdf'])
    expect(Buffer.from(await answer.arrayBuffer()).subarray(0, 5).toString()).toBe('%PDF-')
  })

  it('names the ids that are not there by their place', async () => {
    const answer = await post('/evidence', { predictions: [made.clinicIds[0], 'none', made.clinicIds[1], 'x'] })
    expect([answer.status, await answer.json()]).toMatchObject([404, { code: 'prediction_unknown', errors: [{ path: 'predictions.1' }, { path: 'predictions.3' }] }])
    expect((await post('/evidence', { predictions: [] })).status).toBe(422)
    expect((await post('/evidence', { predictions: Array.from({ length: 1001 }, () => 'x') })).status).toBe(422)
    expect((await post('/predictions/none/evidence.pdf', {})).status).toBe(404)
    // An auditor's token issues evidence and rotates no key.
    expect((await post('/evidence/keys/rotate', { reason: 'because' })).status).toBe(403)
  })
})
