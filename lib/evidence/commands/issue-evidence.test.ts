import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sql } from 'drizzle-orm'
import { checkChain, listAuditEvents } from '@/lib/audit/queries'
import { ENGINES } from '@/lib/database/testing'
import { sha256 } from '@/lib/platform/crypto'
import { approver, operator, viewer } from '@/lib/serving/testing/fixture'
import { verifyBundle } from '@/tools/verify-bundle.mjs'
import { publicKeySet } from '../queries/keys'
import { auditor, makeEvidenceFixture, type EvidenceFixture } from '../testing/fixture'
import { issueEvidence } from './issue-evidence'

describe.each(ENGINES)('issuing evidence on %s', (engine) => {
  let made: EvidenceFixture
  beforeAll(async () => {
    made = await makeEvidenceFixture(engine)
  })
  afterAll(() => made.end())

  it('is verified by the file that imports nothing of ours, with the published keys', async () => {
    const { text, sha256: hash } = await issueEvidence(auditor, { predictions: [...made.clinicIds, made.guardedId], reason: 'question of the regulator' })
    const verified = verifyBundle(Buffer.from(text), await publicKeySet(made.db))
    expect(verified.checks.filter(({ isOk }) => isOk !== true)).toEqual([])
    expect(verified).toMatchObject({ exitCode: 0, fileHash: hash })
  })

  it('has what stood behind the decision: inputs, explanation, outcome, release, approvals, gates, settings and events', async () => {
    const [id = ''] = made.clinicIds
    const { bundle: { content } } = await issueEvidence(auditor, { predictions: [id] })
    const { version, release, ...prediction } = content.predictions[id] ?? expect.fail('no prediction')
    expect(Object.keys(content.predictions)).toEqual([id])
    expect(prediction).toMatchObject({ subject: 'P-0', caller: { name: 'booking page' }, environment: 'production', outcome: { inWords: expect.any(String) as string } })
    expect(prediction.replayed).toMatchObject({ answer: { isIdentical: true, largest: 0 }, explanation: { isIdentical: true } })
    expect(Object.keys(prediction.inputs)).toEqual(made.clinic.signature.fields.map(({ name }) => name).sort())
    const { values, base } = prediction.explanation ?? expect.fail('no explanation')
    expect(Object.keys(values)).toHaveLength(made.clinic.signature.fields.length)
    expect(Number.isFinite(base)).toBe(true)
    expect(content.versions[version]).toMatchObject({ number: 1, artifactHash: made.clinic.artifactHash, backgroundHash: made.clinic.files.background, referenceHash: made.clinic.files.reference, lineage: made.clinic.lineage })
    expect(content.releases[release ?? '']?.promotion?.approvals).toMatchObject([{ userName: approver.name, comment: 'looks right – geprüft ✓' }])
    expect(content.releases[release ?? '']?.promotion?.gates.map(({ gate, verdict }) => `${gate} ${verdict}`)).toEqual(['signature-compatible passed', 'reference-rows-answered passed'])
    expect(content.releases[release ?? '']?.startedAt).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/)
    expect(Object.values(content.files).map(({ kind }) => kind).sort()).toEqual(['artifact', 'background'])
    const actions = Object.values(content.events).map(({ event }) => event.action)
    expect(actions).toEqual(expect.arrayContaining(['model.created', 'version.registered', 'promotion.requested', 'promotion.approved', 'release.started', 'signing-key.created']))
    expect(Object.values(content.events).every(({ event }) => event.modelId === null || event.modelId === made.clinic.modelId)).toBe(true)
  })

  it('names the guardrails that answered, and replays what the model itself had said', async () => {
    const { bundle: { content } } = await issueEvidence(approver, { predictions: [made.guardedId] })
    const prediction = content.predictions[made.guardedId]
    const key = prediction?.settings.guardrails ?? ''
    expect(content.settings[key]).toMatchObject({ kind: 'guardrails', revision: 1, rules: [{ fallback: { kind: 'constant', value: 0.01 } }] })
    expect(prediction).toMatchObject({ answer: { score: 0.01 }, guardrail: { answeredBy: expect.any(String) as string }, replayed: { answer: { isIdentical: true } } })
  })

  it('says in the chain who was given what, with the hash of the file', async () => {
    const [id = ''] = made.clinicIds
    const issued = await issueEvidence(auditor, { predictions: [id], reason: 'letter of 3 May' })
    const { events: [event] } = await listAuditEvents(made.db, { action: 'evidence.issued', limit: 1 })
    expect(event).toMatchObject({ actorName: auditor.name, reason: 'letter of 3 May', modelId: made.clinic.modelId, targetId: issued.id, after: { sha256: sha256(issued.text), ids: [id] } })
    expect(await checkChain(made.db)).toMatchObject({ isIntact: true })
  })

  it('leaves artifacts out where that is asked for, and signs further sections', async () => {
    const { bundle, text } = await issueEvidence(auditor, { predictions: made.clinicIds.slice(0, 1), withArtifact: false }, { review: { notes: { first: 'in order' } } })
    expect(Object.values(bundle.content.files).map(({ kind }) => kind)).toEqual(['background'])
    expect(bundle.content.review).toEqual({ notes: { first: 'in order' } })
    expect(verifyBundle(Buffer.from(text)).exitCode).toBe(0)
  })

  it('refuses who may not, names the unknown, and takes an id in capitals once', async () => {
    await expect(issueEvidence(operator, { predictions: made.clinicIds })).rejects.toMatchObject({ code: 'permission_missing' })
    await expect(issueEvidence(viewer, { predictions: made.clinicIds })).rejects.toMatchObject({ code: 'permission_missing' })
    await expect(issueEvidence(null, { predictions: made.clinicIds })).rejects.toMatchObject({ kind: 'unauthenticated' })
    await expect(issueEvidence(auditor, { predictions: [made.clinicIds[0] ?? '', 'none'] })).rejects.toMatchObject({ code: 'prediction_unknown', fields: [{ path: 'predictions.1' }] })
    await expect(issueEvidence(auditor, { predictions: [] })).rejects.toMatchObject({ kind: 'invalid' })
    const [id = ''] = made.clinicIds
    expect((await issueEvidence(auditor, { predictions: [id.toUpperCase(), id] })).bundle.content.issue.predictions).toEqual([id])
  })

  it('signs nothing over a chain that does not hold', async () => {
    await made.db.write(async (tx) => {
      if (engine === 'sqlite') await tx.execute(sql`drop trigger audit_events_no_update`)
      else await tx.execute(sql`drop trigger audit_events_append_only on audit_events`)
      await tx.execute(sql`update audit_events set previous_hash = 'x' where sequence = 3`)
    })
    await expect(issueEvidence(auditor, { predictions: made.clinicIds })).rejects.toMatchObject({ code: 'audit_chain_broken' })
  })
})
