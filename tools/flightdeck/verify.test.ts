import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Connection from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { issueEvidence } from '@/lib/evidence/commands/issue-evidence'
import { rotateSigningKey } from '@/lib/evidence/commands/signing-key'
import { publicKeySet } from '@/lib/evidence/queries/keys'
import { replayBundle } from '@/lib/evidence/replay'
import type { BundleContent } from '@/lib/evidence/contract/bundle'
import { explainPrediction } from '@/lib/explanations/commands'
import { auditor, makeEvidenceFixture, type EvidenceFixture } from '@/lib/evidence/testing/fixture'
import { admin } from '@/lib/serving/testing/fixture'
import { makeInstallation, runCli, type Installation } from './testing'

describe('npx flightdeck verify', () => {
  let here: Installation
  beforeAll(async () => {
    here = await makeInstallation()
    for (const name of ['a', 'b', 'c']) await here.run('token', 'create', '--name', name, '--role', 'viewer')
  })
  afterAll(() => here.remove())

  it('finds an untouched chain intact', async () => {
    const ended = await here.run('verify', '--json')
    expect(ended.exitCode).toBe(0)
    expect(ended.json()).toMatchObject({ isIntact: true, events: 3, firstBreak: null })
  })

  it('finds the one event that was altered by hand', async () => {
    const connection = new Connection(join(here.dataDirectory, 'flightdeck.sqlite'))
    const triggers = connection.prepare("select name, sql from sqlite_master where type = 'trigger' and tbl_name = 'audit_events'").all() as { name: string }[]
    expect(() => connection.exec("update audit_events set target_name = 'x' where sequence = 2")).toThrow()
    for (const { name } of triggers) connection.exec(`drop trigger "${name}"`)
    connection.exec("update audit_events set target_name = 'somebody else' where sequence = 2")
    connection.close()
    const ended = await here.run('verify')
    expect(ended).toMatchObject({ exitCode: 1, out: 'The audit chain is broken at event 2: its content was altered. 3 events were read.\n' })
  })
})

describe('npx flightdeck verify BUNDLE', () => {
  let made: EvidenceFixture
  let folder: string
  let bundle: BundleContent
  const path = (name: string) => join(folder, name)
  /** Where there is no installation at all. */
  const verify = (...args: string[]) => runCli(['verify', ...args], { FLIGHTDECK_DATA_DIR: path('nowhere'), FLIGHTDECK_CALLED_FROM: folder })
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'flightdeck-verify-'))
    made = await makeEvidenceFixture('sqlite')
    const issued = await issueEvidence(auditor, { predictions: [...made.clinicIds, made.guardedId] })
    bundle = issued.bundle.content
    writeFileSync(path('evidence.json'), issued.text)
    writeFileSync(path('bare.json'), (await issueEvidence(auditor, { predictions: made.clinicIds.slice(0, 1), withArtifact: false })).text)
    writeFileSync(path('clinic.onnx'), Buffer.from(bundle.files[made.clinic.artifactHash]?.content ?? '', 'base64'))
    // A rotation later does not matter to what was signed before.
    await rotateSigningKey(admin, { reason: 'yearly rotation' })
    writeFileSync(path('keys.json'), JSON.stringify(await publicKeySet(made.db)))
  }, 120_000)
  afterAll(async () => {
    await made.end()
    rmSync(folder, { recursive: true, force: true })
  })

  it('verifies and replays to the bit, without server, database or network', async () => {
    const ended = await verify('evidence.json', '--keys', 'keys.json', '--json')
    expect(ended.err).toBe('')
    const { checks, replay } = ended.json<{ checks: { check: string; isOk: boolean }[]; replay: object }>()
    expect(checks.map(({ check, isOk }) => `${check} ${isOk}`)).toEqual(['form true', 'content true', 'signature true', 'key true', 'chain true', 'references true', 'replay true'])
    expect(replay).toMatchObject({ isSameRuntime: true, answers: 7, explanations: 7, identical: 14, differs: [], skipped: [] })
    expect(ended.exitCode).toBe(0)
    const words = await verify('evidence.json', '--keys', 'keys.json')
    expect(words.out).toContain('14 of these 14 to the bit')
    expect(words.out).toContain('VERIFIED: nothing was altered since it was signed.\n')
  }, 120_000)

  it('takes the model file apart, and says what it could not replay without', async () => {
    const without = await verify('bare.json', '--keys', 'keys.json')
    expect(without).toMatchObject({ exitCode: 0, out: expect.stringContaining(`Give it with --artifact: its SHA-256 is ${made.clinic.artifactHash}`) as string })
    const withFile = await verify('bare.json', '--keys', 'keys.json', '--artifact', 'clinic.onnx')
    expect(withFile).toMatchObject({ exitCode: 0, out: expect.stringContaining('1 answers and 1 explanations come out again, 2 of these 2 to the bit') as string })
  }, 120_000)

  it('ends with 1 where something was altered, and with 2 where it is no bundle', async () => {
    writeFileSync(path('altered.json'), readFileSync(path('evidence.json'), 'utf8').replace('"subject":"P-3"', '"subject":"P-4"'))
    const altered = await verify('altered.json', '--keys', 'keys.json')
    expect(altered).toMatchObject({ exitCode: 1, out: expect.stringContaining(`predictions/${made.clinicIds[3]}/subject`) as string })
    expect(altered.out).toContain('NOT VERIFIED')
    writeFileSync(path('other.json'), '{"a":1}')
    expect(await verify('other.json')).toMatchObject({ exitCode: 2, out: expect.stringContaining('NOT READABLE') as string })
    expect(await verify('missing.json')).toMatchObject({ exitCode: 2, err: expect.stringContaining('cannot be read') as string })
    expect(await verify('evidence.json', '--keys', 'other.json')).toMatchObject({ exitCode: 2, err: expect.stringContaining('it has no list of keys') as string })
    expect(await verify('--keys', 'keys.json')).toMatchObject({ exitCode: 2, err: expect.stringContaining('belongs to a bundle') as string })
  }, 120_000)

  it('checks all but the replay as one file alone, in a folder without packages', () => {
    cpSync('tools/verify-bundle.mjs', path('verify-bundle.mjs'))
    const run = (...args: string[]) => spawnSync(process.execPath, ['verify-bundle.mjs', ...args], { cwd: folder, encoding: 'utf8' })
    expect(run('evidence.json', '--keys', 'keys.json')).toMatchObject({ status: 0, stderr: '' })
    expect(run('altered.json').status).toBe(1)
    expect(run('other.json').status).toBe(2)
    expect(run('missing.json')).toMatchObject({ status: 2, stderr: expect.stringContaining('Cannot read missing.json') as string })
    expect(JSON.parse(run('evidence.json', '--json').stdout)).toMatchObject({ exitCode: 0, checks: { length: 6 } })
  })

  it('replays a sampled explanation along the same orders, and finds one that was made up', async () => {
    const [id = ''] = made.clinicIds
    const sampled = await explainPrediction(auditor, id, 'probability')
    const content = structuredClone(bundle)
    const prediction = content.predictions[id] ?? expect.fail('no prediction')
    const { signature } = made.clinic
    const byName = (numbers: readonly number[]) => Object.fromEntries(signature.fields.map(({ name }, index) => [name, numbers[index] ?? 0]))
    prediction.explanation = { ...sampled, values: byName(sampled.values), errors: byName(sampled.errors), chosenClass: null, createdAt: '' }
    expect(await replayBundle(content, [], { predictions: [id] })).toMatchObject({ answers: 1, explanations: 1, identical: 2, differs: [] })

    const [field = ''] = signature.fields.map(({ name }) => name)
    prediction.explanation.values[field] = (prediction.explanation.values[field] ?? 0) + 1e-4
    prediction.answer.score = (prediction.answer.score ?? 0) + 1e-9
    const { differs } = await replayBundle(content, [], { predictions: [id] })
    expect(differs).toMatchObject([{ what: 'answer', comparison: { at: 'score' } }, { what: 'explanation', comparison: { at: `values/${field}` } }])
    // Under another runtime the last bits of the answer may differ, the explanation's fourth digit may not.
    content.issue.runtime.onnxruntime = '1.0.0'
    expect((await replayBundle(content, [], { predictions: [id] })).differs.map(({ what }) => what)).toEqual(['explanation'])
  }, 120_000)
})
