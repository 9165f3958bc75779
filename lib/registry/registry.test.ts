import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import Papa from 'papaparse'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Principal } from '@/lib/access/contract'
import { checkChain, listAuditEvents } from '@/lib/audit/queries'
import type { Database } from '@/lib/database'
import { ENGINES, openTestDatabase } from '@/lib/database/testing'
import { openModel } from '@/lib/inference/session'
import { Profile } from '@/lib/math/profile'
import type { Row } from '@/lib/onnx/encode'
import { identityModel, pipelineModel } from '@/lib/onnx/testing/sample-models'
import { useSimulatedClock, useSystemClock } from '@/lib/platform/clock'
import { readStoredFile } from '@/lib/platform/storage'
import type { Version } from './contract'
import { changeModel, inspectArtifact, registerVersion, setImportance } from './commands'
import { findModel, findVersion, listEnvironments, listModels, listVersions, versionById } from './queries'

process.env.FLIGHTDECK_DATA_DIR = mkdtempSync(join(tmpdir(), 'flightdeck-registry-'))

const operator: Principal = { kind: 'user', id: 'u1', name: 'Olu Operator', role: 'operator' }
const viewer: Principal = { kind: 'user', id: 'u2', name: 'Vera Viewer', role: 'viewer' }
const root = resolve(__dirname, '../..')
const shared = resolve(root, '../shared/models')

/** The same graph with another note in its metadata is another file. */
const identity = (mark: string) => identityModel({ metadata: [['note', mark]] })
const csv = (text: string) => ({ fileName: 'reference.csv', content: Buffer.from(text) })

/** Made by tools/golden/reference_parquet.py. */
const parquet = (codec: string) => ({
  fileName: 'reference.parquet',
  content: new Uint8Array(readFileSync(join(root, 'lib/registry/testing', `reference-${codec}.parquet`))),
})

const PIPELINE_HEADER = 'age,income,housing,purpose,rooms,employed'
const pipelineRows = (count: number) =>
  Array.from({ length: count }, (_, i) => `${20 + i},${1000 + i},${i % 2 ? 'own' : 'rent'},${i % 3 ? 'car' : 'tv'},${(i % 2) + 1},${i % 2 === 0}`)
const pipelineCsv = (rows: readonly string[]) => csv([PIPELINE_HEADER, ...rows].join('\n'))

function example(business: string, version: string) {
  const folder = join(root, 'examples', business)
  return {
    metadata: JSON.parse(readFileSync(join(folder, `${version}.json`), 'utf8')),
    artifact: new Uint8Array(readFileSync(join(folder, `${version}.onnx`))),
    reference: { fileName: 'reference.csv', content: new Uint8Array(readFileSync(join(folder, `reference-${version}.csv`))) },
  }
}

/** Accuracy, Brier score and AUC by their definitions, over what a session of its own answers. */
async function measuredByHand(version: Version): Promise<Record<string, unknown>> {
  const { data } = Papa.parse<Record<string, string>>(Buffer.from(example('credit-union', 'v1').reference.content).toString(), { header: true, skipEmptyLines: true })
  const isNumber = new Set(version.signature.fields.filter((field) => field.type === 'number').map((field) => field.name))
  const model = await openModel(await readStoredFile(version.artifactHash), version.signature)
  const answers = await model.run(data.map((row) => Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, isNumber.has(name) ? Number(cell) : cell]))))
  await model.close()
  const scored = answers.map((answer, i) => ({ score: answer.score ?? NaN, y: Number(data[i]?.target) }))
  const mean = (values: number[]) => values.reduce((sum, one) => sum + one, 0) / values.length
  const wins = scored.flatMap((a) => scored.filter((b) => a.y === 1 && b.y === 0).map((b) => (a.score > b.score ? 1 : a.score === b.score ? 0.5 : 0)))
  const closeTo = (wanted: number) => expect.closeTo(wanted, 12)
  return {
    accuracy: closeTo(mean(scored.map(({ score, y }) => (Number(score >= 0.5) === y ? 1 : 0)))),
    brier: closeTo(mean(scored.map(({ score, y }) => (score - y) ** 2))),
    auc: closeTo(mean(wins)),
  }
}

describe.each(ENGINES)('registry on %s', (engine) => {
  let db: Database
  beforeEach(async () => {
    db = await openTestDatabase(engine)
  })
  afterEach(() => db.close())

  it('registers a model with its first version, and the next version under the next number', async () => {
    const first = await registerVersion(operator, example('credit-union', 'v1'))
    expect(first.model).toMatchObject({ slug: 'credit-risk', task: 'binary', owner: 'Olu Operator' })
    expect(first.version).toMatchObject({ number: 1, createdByName: 'Olu Operator', importance: { method: 'exact', scale: 'margin' }, explainability: { kind: 'exact', method: 'closed form', scale: 'margin' } })
    expect(first.version.explainability?.selfTest).toMatchObject({ rows: 200, differing: [], isExact: true })
    const second = await registerVersion(operator, example('credit-union', 'v2'))
    expect(second.model.id).toBe(first.model.id)
    expect(second.version.number).toBe(2)

    const stored = await findVersion(db, first.model.id, 1)
    expect(stored).toEqual(first.version)
    expect(await versionById(db, second.version.id)).toEqual(second.version)
    expect((await listVersions(db, first.model.id)).map((version) => version.number)).toEqual([2, 1])
    const amount = stored?.signature.fields.find((field) => field.name === 'credit_amount')
    expect(amount).toMatchObject({ displayName: 'Amount', unit: 'DM', min: 100, max: 50_000, isActionable: true, isSensitive: false })
    expect(stored?.signature.scoreMeaning).toBe('probability that the loan is not paid back as agreed')

    expect(Buffer.from(await readStoredFile(first.version.artifactHash))).toEqual(Buffer.from(example('credit-union', 'v1').artifact))
    const events = (await listAuditEvents(db, {})).events.map((event) => event.action)
    expect(events).toEqual(['version.registered', 'version.registered', 'model.created'])
    expect(await checkChain(db)).toMatchObject({ isIntact: true })
  })

  it('profiles the reference, samples a background and measures the metrics', async () => {
    const { version } = await registerVersion(operator, example('credit-union', 'v1'))
    const { reference, files, signature } = version
    if (!reference) throw new Error('no reference')
    expect(reference.rows).toBe(400)
    expect(reference.shape.map((column) => column.name)).toEqual([...signature.fields.map((field) => field.name), 'score'])
    const profile = Profile.decode(reference.shape, Buffer.from(reference.profile, 'base64'))
    expect(profile.summary(signature.fields.length)).toMatchObject({ kind: 'number', count: 400, missing: 0 })
    expect(reference.metrics).toEqual({ ...reference.metrics, ...(await measuredByHand(version)) })
    const background = JSON.parse(Buffer.from(await readStoredFile(files.background ?? '')).toString()) as Row[]
    expect(background).toHaveLength(100)
    expect(Object.keys(background[0] ?? {}).sort()).toEqual(signature.fields.map((field) => field.name).sort())
    // The sample is the same whenever the same file is registered.
    const again = await registerVersion(operator, { ...example('credit-union', 'v1'), model: 'another', metadata: {} })
    expect(again.version.files).toEqual(files)
  })

  it('refuses the same file twice for a model and allows it for another', async () => {
    await registerVersion(operator, { model: 'first', artifact: identity('a') })
    await expect(registerVersion(operator, { model: 'first', artifact: identity('a') })).rejects.toMatchObject({
      kind: 'conflict',
      code: 'version_exists',
      message: 'This file is already registered as version 1 of first. Use that one.',
    })
    await expect(registerVersion(operator, { model: 'second', artifact: identity('a') })).resolves.toMatchObject({ version: { number: 1 } })
  })

  it('gives numbers without a gap or a double when registrations race', async () => {
    const marks = ['a', 'b', 'c', 'd']
    const made = await Promise.all(marks.map((mark) => registerVersion(operator, { model: 'race', artifact: identity(mark) })))
    expect(made.map((one) => one.version.number).sort()).toEqual([1, 2, 3, 4])
    expect(new Set(made.map((one) => one.model.id)).size).toBe(1)
    const doubles = await Promise.allSettled([1, 2].map(() => registerVersion(operator, { model: 'race', artifact: identity('e') })))
    expect(doubles.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected'])
  })

  it('leaves nothing behind when a registration is refused', async () => {
    await expect(registerVersion(operator, { model: 'none', artifact: pipelineModel(), reference: csv('age\n1') })).rejects.toThrow()
    await expect(registerVersion(viewer, { model: 'none', artifact: identity('a') })).rejects.toMatchObject({ kind: 'forbidden' })
    expect(await findModel(db, 'none')).toBeUndefined()
    expect((await listAuditEvents(db, {})).events).toEqual([])
  })

  it('changes a model and keeps before and after', async () => {
    const { model } = await registerVersion(operator, { model: 'plain', artifact: identity('a') })
    const changed = await changeModel(operator, 'plain', { name: 'Plain', owner: 'Pricing team', tags: ['eu', 'eu', 'core'] })
    expect(changed).toMatchObject({ name: 'Plain', owner: 'Pricing team', tags: ['eu', 'core'] })
    expect(await findModel(db, model.id)).toEqual(changed)
    const [event] = (await listAuditEvents(db, { action: 'model.changed' })).events
    expect(event).toMatchObject({ before: { owner: 'Olu Operator' }, after: { owner: 'Pricing team' } })
    await changeModel(operator, 'plain', { name: 'Plain' })
    expect((await listAuditEvents(db, { action: 'model.changed' })).events).toHaveLength(1)
    await expect(changeModel(viewer, 'plain', { name: 'X' })).rejects.toMatchObject({ kind: 'forbidden' })
    await expect(changeModel(operator, 'nothing', { name: 'X' })).rejects.toMatchObject({ code: 'model_not_found' })
    await expect(changeModel(operator, 'plain', { owner: ' ' })).rejects.toMatchObject({ kind: 'invalid', fields: [{ path: 'owner' }] })
  })

  it('keeps the global importance', async () => {
    const { version } = await registerVersion(operator, { model: 'plain', artifact: identity('a') })
    const importance = { method: 'permutation', scale: 'value' as const, rows: 50, values: [{ field: 'x', meanAbsolute: 0.5, standardError: 0.1 }] }
    await setImportance(version.id, importance)
    expect((await versionById(db, version.id))?.importance).toEqual(importance)
    expect((await listAuditEvents(db, { action: 'version.explained' })).events).toHaveLength(1)
  })

  it('lists by text, facet, order and page', async () => {
    const clock = useSimulatedClock(1_700_000_000_000)
    const entries = [
      { model: 'alpha', metadata: { name: 'Alpha 100%', owner: 'Ann', tags: ['eu'] } },
      { model: 'beta', metadata: { name: 'beta', owner: 'Ben', tags: ['eu', 'core'] } },
      { model: 'gamma', metadata: { name: 'Gamma', owner: 'Ann', tags: ['eu-west'] } },
    ]
    for (const [index, entry] of entries.entries()) {
      clock.set(1_700_000_000_000 + index)
      await registerVersion(operator, { ...entry, artifact: identity(entry.model) })
    }
    useSystemClock()
    const slugs = async (filter: Parameters<typeof listModels>[1]) => (await listModels(db, filter)).models.map((model) => model.slug)
    expect(await slugs({})).toEqual(['alpha', 'beta', 'gamma'])
    expect(await slugs({ sort: 'created', descending: true })).toEqual(['gamma', 'beta', 'alpha'])
    expect(await slugs({ tag: 'eu' })).toEqual(['alpha', 'beta'])
    expect(await slugs({ owner: 'Ann', tag: 'eu-west' })).toEqual(['gamma'])
    expect(await slugs({ text: 'BEN' })).toEqual(['beta'])
    expect(await slugs({ text: '100%' })).toEqual(['alpha'])
    expect(await slugs({ text: '%' })).toEqual(['alpha'])
    expect(await slugs({ task: 'binary' })).toEqual([])
    const page = await listModels(db, { limit: 2 })
    expect(page).toMatchObject({ total: 3, facets: { owners: [{ value: 'Ann', count: 2 }, { value: 'Ben', count: 1 }] } })
    expect(page.models[0]).toMatchObject({ versions: 1, latestVersion: { number: 1 } })
    for (const sort of ['name', 'created'] as const) {
      for (const descending of [false, true]) {
        const first = await listModels(db, { limit: 2, sort, descending })
        const rest = await listModels(db, { limit: 2, sort, descending, after: first.next ?? undefined })
        expect([...first.models, ...rest.models].map((model) => model.slug)).toEqual(await slugs({ sort, descending }))
        expect(rest.next).toBeNull()
      }
    }
    expect((await listEnvironments(db)).map((one) => one.name)).toEqual(['staging', 'production'])
  })
})

describe('wrong input', () => {
  let db: Database
  beforeEach(async () => {
    db = await openTestDatabase('sqlite')
  })
  afterEach(() => db.close())

  const register = (input: Partial<Parameters<typeof registerVersion>[1]>) =>
    registerVersion(operator, { model: 'applicants', artifact: pipelineModel(), ...input })

  it.each([
    ['a missing column', [PIPELINE_HEADER.replace(',rooms', ''), '1,2,own,car,true'], /no column rooms/],
    ['two missing columns', ['age,income,housing,purpose', '1,2,own,car'], /lacks 2 columns .* rooms, employed/],
    ['a text in row 7', [PIPELINE_HEADER, ...pipelineRows(6), 'old,1,own,car,1,true'], /Column age: row 7 must hold a number\./],
    ['a fraction for a whole number', [PIPELINE_HEADER, ...pipelineRows(2), '1,1,own,car,1.5,true'], /Column rooms: row 3 must hold a whole number/],
    ['a number for a flag', [PIPELINE_HEADER, ...pipelineRows(2), '1,1,own,car,1,7'], /Column employed: row 3 must hold true or false/],
    ['a missing whole number', [PIPELINE_HEADER, ...pipelineRows(1), '1,1,own,car,,true'], /Column rooms: row 2 must not be empty/],
    ['a short row', [PIPELINE_HEADER, ...pipelineRows(2), '1,1,own'], /Row 3 .* another number of columns than the header \(6\)/],
    ['an open quote', [PIPELINE_HEADER, '"1,1,own,car,1,true'], /quote that is not closed/],
    ['no rows', [PIPELINE_HEADER], /header but no rows/],
    ['a doubled column', [`${PIPELINE_HEADER},age`, '1,1,own,car,1,true,1'], /two columns named age/],
  ])('a reference file with %s', async (_, lines, sentence) => {
    await expect(register({ reference: csv(lines.join('\n')) })).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringMatching(sentence),
      fields: expect.arrayContaining([expect.objectContaining({ path: 'reference' })]),
    })
  })

  it('names every wrong column at once, and the rows of each', async () => {
    const rows = pipelineRows(20).map((row) => row.replace(/^\d+/, 'x').replace(/(true|false)$/, 'maybe'))
    await expect(register({ reference: pipelineCsv(rows) })).rejects.toMatchObject({
      message: 'Column age: rows 1, 2, 3, 4, 5 and 15 more must hold a number. There is one more problem.',
      fields: [{ rule: 'value' }, { message: expect.stringContaining('Column employed') }],
    })
  })

  it('a target that no row can have', async () => {
    const reference = csv(`${PIPELINE_HEADER},target\n${pipelineRows(3).map((row, i) => `${row},${i === 1 ? 'ugly' : 'bad'}`).join('\n')}`)
    await expect(register({ reference })).rejects.toThrow(/Column target: row 2 must hold one of the model's classes \(good, bad\)/)
    await expect(register({ reference: pipelineCsv(pipelineRows(3)), metadata: { target: 'truth' } })).rejects.toThrow(/no column truth/)
  })

  it.each([
    ['semicolons', csv(`\ufeff${PIPELINE_HEADER.replaceAll(',', ';')}\r\n31;1000;own;car;1;true\r\n;2000;rent;"t;v";2;False\r\n\r\n`), 2],
    ['snappy', parquet('snappy'), 4],
    ['gzip', parquet('gzip'), 4],
  ])('takes a reference file with %s', async (_, reference, rows) => {
    await expect(register({ reference })).resolves.toMatchObject({ version: { reference: { rows } } })
  })

  it('reads Parquet by its types', async () => {
    const { version } = await register({ reference: parquet('snappy') })
    const background = JSON.parse(Buffer.from(await readStoredFile(version.files.background ?? '')).toString())
    expect(background).toEqual([
      { age: 31, income: 1000, housing: 'own', purpose: 'car', rooms: 1, employed: true },
      { age: null, income: 2000, housing: 'rent', purpose: 'tv', rooms: 2, employed: false },
      { age: 47.5, income: 3000, housing: null, purpose: 'trip', rooms: 1, employed: true },
      { age: null, income: 4000, housing: 'own', purpose: 'car', rooms: 2, employed: true },
    ])
    expect(version.reference?.metrics).toHaveProperty('auc')
    await expect(register({ model: 'other', reference: parquet('zstd') })).rejects.toThrow(/compression that is not read here: write it with snappy or gzip/)
  })

  it('files that are no table', async () => {
    const send = (fileName: string, content: Uint8Array) => register({ reference: { fileName, content } })
    await expect(send('r.csv', new Uint8Array())).rejects.toThrow('The reference file is empty.')
    await expect(send('r.csv', Buffer.from([0xff, 0xfe, 0x41, 0x00]))).rejects.toThrow(/neither Parquet nor text in UTF-8/)
    await expect(send('r.parquet', Buffer.from('age\n1'))).rejects.toThrow(/named .parquet but is not/)
    await expect(send('r.parquet', Buffer.from('PAR1 and then nothing'))).rejects.toThrow(/Parquet file cannot be read/)
  })

  it.each([
    ['an unknown member', { positive_class: 1 }, /positive_class/],
    ['a field that the model has not', { fields: { agee: { unit: 'years' } } }, /no input agee\. Its inputs are age, income/],
    ['a range that is no number', { fields: { age: { min: 'young' } } }, /fields\.age\.min/],
    ['a range upside down', { fields: { age: { min: 9, max: 1 } } }, /smallest value of age is above its largest/],
    ['a range of a text', { fields: { housing: { min: 1 } } }, /housing is a category, so it has no range/],
    ['an optional field the model needs', { fields: { rooms: { isRequired: false } } }, /no answer without rooms/],
    ['a name for a class that is not there', { classNames: { ugly: 'Ugly' } }, /no class ugly\. Its classes are good, bad/],
    ['a positive class that is not there', { positiveClass: 'ugly' }, /positive class "ugly" is not one of/],
    ['a threshold above 1', { decision: { threshold: 50, above: 'no', below: 'yes' } }, /lies between 0 and 1/],
    ['another model', { model: 'other' }, /metadata is for the model other/],
  ])('metadata with %s', async (_, metadata, sentence) => {
    await expect(register({ metadata: metadata as never })).rejects.toMatchObject({ kind: 'invalid', message: expect.stringMatching(sentence) })
  })

  it('metadata that the reference contradicts', async () => {
    const reference = pipelineCsv(pipelineRows(30))
    await expect(register({ reference, metadata: { fields: { age: { max: 40 } } } })).rejects.toThrow(/Column age: rows 22, .* at most 40/)
    await expect(register({ reference, metadata: { fields: { purpose: { isClosed: true, categories: {} } } } })).resolves.toBeDefined()
  })

  it('names for a model that cannot be in an address', async () => {
    for (const model of ['No Show', 'new', '', 'x'.repeat(65), '-a']) {
      await expect(register({ model })).rejects.toMatchObject({ code: 'model_name', fields: [{ path: 'model' }] })
    }
    await expect(register({ model: undefined })).rejects.toMatchObject({ code: 'model_missing' })
  })

  it('a version of another task', async () => {
    await register({})
    await expect(register({ artifact: identity('a') })).rejects.toMatchObject({ code: 'task_differs' })
  })

  it('inspects a file without saving it, and tells where it is registered already', async () => {
    await expect(inspectArtifact(viewer, identity('a'))).rejects.toMatchObject({ kind: 'forbidden' })
    expect(await inspectArtifact(operator, pipelineModel())).toMatchObject({ registeredAs: [], signature: { task: 'binary' } })
    await register({})
    expect(await inspectArtifact(operator, pipelineModel())).toMatchObject({ registeredAs: [{ model: 'applicants', number: 1 }] })
  })
})

describe.skipIf(!existsSync(shared))('models of ../shared through the registry (skipped where it is not there)', () => {
  let db: Database
  beforeEach(async () => {
    db = await openTestDatabase('sqlite')
  })
  afterEach(() => db.close())

  interface Golden {
    rows: Row[]
    outputs: Record<string, (number | number[])[]>
    columns: string[]
    featureOrder?: string[]
  }

  const files = existsSync(shared) ? readdirSync(join(shared, 'onnx')).map((name) => name.replace('.onnx', '')) : []

  it.each(files)('%s registers with its rows and answers them as recorded', async (name) => {
    const path = join(shared, 'predictions', `${name.replace(/-(zipmap|v5)$/, '')}.predictions.json.gz`)
    const golden = JSON.parse(gunzipSync(readFileSync(path)).toString()) as Golden
    const lines = golden.rows.map((row) => golden.columns.map((column) => JSON.stringify(row[column] ?? '').replaceAll('\\"', '""')).join(','))
    const artifact = new Uint8Array(readFileSync(join(shared, 'onnx', `${name}.onnx`)))
    const { version } = await registerVersion(operator, {
      model: name,
      metadata: golden.featureOrder ? { featureOrder: golden.featureOrder } : {},
      artifact,
      reference: csv([golden.columns.join(','), ...lines].join('\n')),
    })
    expect(version.reference?.rows).toBe(200)
    const loaded = await openModel(await readStoredFile(version.artifactHash), version.signature)
    const answers = await loaded.run(golden.rows)
    await loaded.close()
    const { variable, probabilities, label } = golden.outputs
    answers.forEach((answer, row) => {
      if (variable) return expect(Math.abs((answer.value ?? NaN) - Number([variable[row]].flat()[0]))).toBeLessThanOrEqual(1e-3)
      expect(answer.label).toBe(label?.[row])
      return expect(Math.abs((answer.score ?? NaN) - Number([probabilities?.[row]].flat()[1]))).toBeLessThanOrEqual(1e-6)
    })
  })

  const broken = existsSync(shared) ? readdirSync(join(shared, 'broken')).filter((name) => name.endsWith('.onnx')) : []

  it.each(broken)('%s is refused with a sentence', async (name) => {
    const artifact = new Uint8Array(readFileSync(join(shared, 'broken', name)))
    await expect(registerVersion(operator, { model: 'broken', artifact })).rejects.toMatchObject({
      kind: 'invalid',
      code: expect.stringMatching(/^model_/),
      fields: [{ path: 'artifact', message: expect.stringMatching(/^The .*: .*\.$/) }],
    })
    expect(await findModel(db, 'broken')).toBeUndefined()
  })
})
