// Looking decisions up and explaining them: predictions made, released and approved through the real commands.
import { Hono } from 'hono'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { admin, approver, endServing, exampleRows, operator, program, registerExample, viewer } from '@/lib/serving/testing/fixture'
import { createToken } from '@/lib/access/commands'
import type { Principal } from '@/lib/access/contract'
import type { ApiEnv } from '@/lib/access/http'
import { listAuditEvents } from '@/lib/audit/queries'
import type { Database } from '@/lib/database'
import { ENGINES, openTestDatabase } from '@/lib/database/testing'
import { newId } from '@/lib/platform/ids'
import { problemResponse } from '@/lib/platform/problems'
import type { Version } from '@/lib/registry/contract'
import { versionById } from '@/lib/registry/queries'
import { registryTables } from '@/lib/registry/tables'
import { approvePromotion, requestPromotion } from '@/lib/releases/commands'
import { ingestKpiEvents, ingestOutcomes, predict, setExplanationPolicy, setGuardrails } from '@/lib/serving/commands'
import type { ListPredictAnswer, SinglePredictAnswer } from '@/lib/serving/contract'
import { findPrediction } from '@/lib/serving/queries'
import { logPredictions } from '@/lib/serving/testing/predictions'
import { closeExplainer, explainPrediction, registerExplainer } from './commands'
import type { Decision, DecisionRow, StoredExplanation } from './contract'
import { computeMissingImportance } from './jobs'
import { explanationOf, findDecision } from './queries'
import { explanationsRoutes } from './routes'

const CLINIC = 'no-show-risk'
const SHOP = 'price-optimiser'

function appFor(principal: Principal | null) {
  const app = new Hono<ApiEnv>()
  app.onError((error) => problemResponse(error, 'test'))
  app.use(async (c, next) => {
    c.set('principal', principal)
    c.set('requestId', 'test')
    await next()
  })
  return app.route('/', explanationsRoutes)
}

async function get<T>(principal: Principal | null, path: string, method = 'GET'): Promise<{ status: number; body: T }> {
  const response = await appFor(principal).request(path, { method })
  return { status: response.status, body: (await response.json()) as T }
}

type Page = { predictions: DecisionRow[]; nextCursor: string | null }

describe.each(ENGINES)('decisions on %s', (engine) => {
  let db: Database
  let clinic: Version
  let ids: string[]
  let guarded: SinglePredictAnswer
  let caller: Principal & { kind: 'token' }
  const bookings = exampleRows('clinic', 6)

  beforeAll(async () => {
    db = await openTestDatabase(engine)
    registerExplainer()
    clinic = await registerExample('clinic', 1)
    await registerExample('shop', 1)
    for (const model of [CLINIC, SHOP]) {
      const promotion = await requestPromotion(operator, { model, version: 1, environment: 'production', reason: 'first model' })
      await approvePromotion(approver, promotion.id, { comment: 'looks right' })
    }
    const { token } = await createToken(admin, { name: 'booking page', scopes: ['predict', 'ingest'] })
    caller = { ...program, id: token.id }
    const answer = (await predict(caller, CLINIC, { inputs: bookings, subjects: bookings.map((_, row) => `P-${row}`) })) as ListPredictAnswer
    ids = answer.predictions.map((one) => one.id)
    await setGuardrails(approver, {
      model: SHOP,
      rules: [{ limit: { rule: 'output-range', min: null, max: 0.01 }, fallback: { kind: 'constant', value: 0.01 } }],
    })
    guarded = (await predict(caller, SHOP, { inputs: exampleRows('shop', 1)[0] })) as SinglePredictAnswer
    await ingestOutcomes(caller, { predictionId: ids[0], outcome: 1 })
    await ingestKpiEvents(caller, { model: CLINIC, name: 'kept_slots', value: 2, predictionId: ids[0] })
  })
  afterAll(async () => {
    await closeExplainer()
    await endServing()
    await db.close()
  })

  it('finds a decision by the customer’s key, with everything behind it', async () => {
    const { body } = await get<Page>(viewer, '/predictions?text=P-0')
    expect(body.predictions.map((one) => one.id)).toEqual([ids[0]])
    expect(body.predictions[0]).toMatchObject({ model: { slug: CLINIC }, version: 1, callerName: 'booking page', subject: 'P-0' })
    const { body: found } = await get<Decision>(viewer, `/predictions/${ids[0]}`)
    expect(found.answer).toMatch(/^Probability 0\.\d\d that the patient does not come: (call the patient to remind|nothing to do)\.$/)
    expect(found.outcome?.inWords).toBe('it happened: the patient does not come')
    expect(found.kpiEvents).toMatchObject([{ name: 'kept_slots', value: 2 }])
    expect(found.madeBy).toMatchObject({ number: 1, artifactHash: clinic.artifactHash, isExplainable: true })
    expect(found.release).toMatchObject({ sequence: 1, startedByName: approver.name })
    expect(found.release?.promotion).toMatchObject({ requestedByName: operator.name, reason: 'first model', approvals: [{ userName: approver.name, comment: 'looks right' }] })
    expect(found.explanation).toMatchObject({ method: 'exact', scale: 'margin' })
  })

  it('filters, and pages by cursor', async () => {
    const list = async (query: string) => (await get<Page>(viewer, `/predictions?${query}`)).body
    expect((await list(`model=${CLINIC}&version=1`)).predictions).toHaveLength(6)
    expect((await list('guarded=true')).predictions.map((one) => one.id)).toEqual([guarded.id])
    expect((await list(`guarded=false&model=${SHOP}`)).predictions).toEqual([])
    expect((await list(`caller=token:${caller.id}`)).predictions).toHaveLength(7)
    expect((await list('caller=token:other')).predictions).toEqual([])
    expect((await list('to=2000-01-01T00:00:00Z')).predictions).toEqual([])
    expect((await list('from=2000-01-01T00:00:00Z')).predictions).toHaveLength(7)
    const scores = (await list(`model=${CLINIC}`)).predictions.map((one) => one.score ?? 0)
    const highest = Math.max(...scores)
    expect((await list(`model=${CLINIC}&scoreMin=${highest}&scoreMax=${highest}`)).predictions).toHaveLength(scores.filter((score) => score === highest).length)
    const seen: string[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: Page = await list(`limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`)
      seen.push(...page.predictions.map((one) => one.id))
      cursor = page.nextCursor
    }
    expect(seen).toHaveLength(7)
    expect(new Set(seen).size).toBe(7)
  })

  it('refuses what does not exist, does not parse or is not allowed', async () => {
    expect(await get(viewer, '/predictions?model=nothing')).toMatchObject({ status: 404, body: { code: 'model_unknown' } })
    expect(await get(viewer, `/predictions?model=${CLINIC}&version=9`)).toMatchObject({ status: 404, body: { code: 'version_unknown' } })
    expect(await get(viewer, '/predictions?from=yesterday')).toMatchObject({ status: 422 })
    expect(await get(viewer, '/predictions?cursor=zz')).toMatchObject({ body: { code: 'cursor_invalid' } })
    for (const path of ['/predictions/none', '/predictions/none/explain']) {
      expect(await get(viewer, path, path.endsWith('explain') ? 'POST' : 'GET')).toMatchObject({ status: 404, body: { code: 'prediction_unknown' } })
    }
    for (const [path, method] of [['/predictions', 'GET'], [`/predictions/${ids[0]}`, 'GET'], [`/predictions/${ids[0]}/explain`, 'POST']] as const) {
      expect((await get(null, path, method)).status).toBe(401)
      expect((await get(caller, path, method)).status).toBe(403)
    }
  })

  it('shows sensitive values only to those who may see them', async () => {
    const sensitive = clinic.signature.fields.filter((field) => field.isSensitive).map((field) => field.name)
    expect(sensitive).toContain('age')
    for (const [reader, maySee] of [[viewer, false], [operator, true]] as const) {
      const { body: page } = await get<Page>(reader, '/predictions?text=P-0')
      expect(page.predictions[0]?.hidden).toEqual(maySee ? [] : sensitive)
      expect(page.predictions[0]?.inputs.age).toBe(maySee ? bookings[0]?.age : undefined)
      const { body: one } = await get<Decision>(reader, `/predictions/${ids[0]}`)
      expect(one.shownInputs.find((input) => input.field === 'age')).toMatchObject({ isMasked: !maySee, value: maySee ? bookings[0]?.age : null })
    }
  })

  it('explains every prediction as it is served, exactly, and keeps it in the row', async () => {
    const prediction = await findPrediction(db, ids[1] ?? '')
    const explanation = prediction && (await explanationOf(db, prediction, clinic))
    expect(explanation).toMatchObject({ method: 'exact', scale: 'margin', permutations: 0, backgroundHash: clinic.files.background })
    const { base = NaN, values = [], residual } = explanation ?? {}
    const margin = values.reduce((sum, value) => sum + value, base)
    expect(1 / (1 + Math.exp(-margin)) + (residual ?? NaN)).toBeCloseTo(prediction?.score ?? NaN, 12)
    expect(Math.abs(residual ?? NaN)).toBeLessThan(1e-6)
    const largest = values.indexOf(values.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0))
    expect(prediction?.topReason).toBe(clinic.signature.fields[largest]?.name)
    const found = await findDecision(db, ids[1] ?? '', { maySeeSensitive: false })
    expect(found?.explanation?.reasons.length).toBeGreaterThan(0)
    const age = found?.explanation?.reasons.find((reason) => reason.field === 'age')
    expect(age?.sentence ?? 'Age').not.toMatch(/\d+ years/)
  })

  it('explains on demand to the bit what it would have explained as it was served', async () => {
    await setExplanationPolicy(operator, { model: CLINIC, environment: 'production', mode: 'on-demand' })
    const { id } = (await predict(caller, CLINIC, { inputs: bookings[1] })) as SinglePredictAnswer
    const prediction = await findPrediction(db, id)
    expect(prediction).toMatchObject({ explanation: null, topReason: null })
    const served = await findPrediction(db, ids[1] ?? '')
    const answers = await Promise.all([get<StoredExplanation>(viewer, `/predictions/${id}/explain`, 'POST'), get<StoredExplanation>(viewer, `/predictions/${id}/explain`, 'POST')])
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(answers[1].body).toEqual(answers[0].body)
    const { base, values, residual, scale } = answers[0].body
    expect({ base, values, residual, scale }).toEqual({ ...served?.explanation, values: Array.from(served?.explanation?.values ?? []) })
    const events = (await listAuditEvents(db, { action: 'prediction.explained' })).events.filter((event) => event.targetId === id)
    expect(events).toMatchObject([{ actorName: viewer.name, targetName: `${CLINIC} v1` }])

    await setExplanationPolicy(operator, { model: CLINIC, environment: 'production', mode: 'sampled', share: 0.5 })
    const many = (await predict(caller, CLINIC, { inputs: Array.from({ length: 200 }, () => bookings[1]) })) as ListPredictAnswer
    const stored = await Promise.all(many.predictions.map((one) => findPrediction(db, one.id)))
    const explained = stored.filter((one) => one?.explanation)
    expect(explained.length).toBeGreaterThan(60)
    expect(explained.length).toBeLessThan(140)
    for (const one of explained) expect(Number.parseInt(one?.id.slice(-8) ?? '', 16)).toBeLessThan(2 ** 31)
    await setExplanationPolicy(operator, { model: CLINIC, environment: 'production', mode: 'always' })
  })

  it('explains the probability where it is asked for, beside the margin', async () => {
    const prediction = await findPrediction(db, ids[1] ?? '')
    const { body } = await get<StoredExplanation>(viewer, `/predictions/${ids[1]}/explain?scale=probability`, 'POST')
    expect(body.scale).toBe('probability')
    expect(body.values.reduce((sum, value) => sum + value, body.base) + (body.residual ?? NaN)).toBeCloseTo(prediction?.score ?? NaN, 12)
    const again = await get<StoredExplanation>(viewer, `/predictions/${ids[1]}/explain?scale=probability`, 'POST')
    expect(again.body).toEqual(body)
    expect((await get<StoredExplanation>(viewer, `/predictions/${ids[1]}/explain`, 'POST')).body.scale).toBe('margin')
    expect(await get(viewer, `/predictions/${ids[1]}/explain?scale=value`, 'POST')).toMatchObject({ status: 409, body: { code: 'scale_unavailable' } })
  })

  it('tells the reasons of the explanation that is kept', async () => {
    const again = (await predict(caller, CLINIC, { inputs: bookings[1], explain: true })) as SinglePredictAnswer
    const found = await findDecision(db, again.id, { maySeeSensitive: true })
    expect(again.reasons?.length).toBeGreaterThan(0)
    expect(again.reasons?.map(({ field, contribution }) => ({ field, contribution }))).toEqual(found?.explanation?.reasons.map(({ field, contribution }) => ({ field, contribution })))
    expect(again.warnings).toBeUndefined()
  })

  it('explains what the model said where a guardrail answered', async () => {
    const explanation = await explainPrediction(operator, guarded.id)
    const found = await findDecision(db, guarded.id, { maySeeSensitive: true })
    expect(found?.score).toBe(0.01)
    expect(found?.guardrail?.sentence).toContain('The model answered')
    expect(found?.modelAnswer).toMatch(/^Price to offer/)
    expect(explanation.values.reduce((sum, value) => sum + value, explanation.base)).toBeCloseTo(found?.modelScore ?? NaN, 9)
  })

  it('assesses a version that was registered before explanations were', async () => {
    const { versions } = db.tables(registryTables)
    await db.write((tx) => tx.update(versions).set({ explainability: null, attributions: null, importance: null }).where(eq(versions.id, clinic.id)))
    await computeMissingImportance()
    const { explainability, attributions, importance } = (await versionById(db, clinic.id)) ?? {}
    expect(explainability).toEqual({ ...clinic.explainability, held: { ...clinic.explainability?.held, buildMilliseconds: expect.any(Number) as number, rowMicroseconds: expect.any(Number) as number } })
    expect({ attributions, importance }).toEqual({ attributions: clinic.attributions, importance: clinic.importance })
    const events = (await listAuditEvents(db, { action: 'version.explained' })).events.filter((event) => event.targetId === clinic.id)
    expect(events).toMatchObject([{ after: { explanations: 'exact' } }])
  })

  it('computes the global importance that is missing', async () => {
    const { versions } = db.tables(registryTables)
    await db.write((tx) => tx.update(versions).set({ importance: null }).where(eq(versions.id, clinic.id)))
    const runs = [computeMissingImportance(), computeMissingImportance()]
    await Promise.all(runs)
    const importance = (await versionById(db, clinic.id))?.importance
    expect(importance?.rows).toBe(60)
    expect(importance?.values.map((value) => value.field).sort()).toEqual(clinic.signature.fields.map((field) => field.name).sort())
    expect(importance?.values[0]?.meanAbsolute).toBeGreaterThan(importance?.values.at(-1)?.meanAbsolute ?? Infinity)
    const events = (await listAuditEvents(db, { action: 'version.explained' })).events.filter((event) => event.targetId === clinic.id)
    expect(events).toHaveLength(2)
  })

  it('leaves a version alone that cannot be explained', async () => {
    const { versions } = db.tables(registryTables)
    const bare = { ...clinic, id: 'bare', number: 77, files: {}, importance: null, explainability: null }
    await db.write((tx) => tx.insert(versions).values(bare).returning({ id: versions.id }))
    const id = newId()
    const decided = (await findPrediction(db, ids[2] ?? '')) ?? expect.fail('no prediction')
    await logPredictions(db, [{ ...decided, id, versionId: 'bare', explanation: null }])
    await expect(explainPrediction(operator, id)).rejects.toMatchObject({ kind: 'conflict', code: 'not_explainable' })
    await computeMissingImportance()
    const [row] = await db.select({ importance: versions.importance }).from(versions).where(eq(versions.id, 'bare'))
    expect(row?.importance).toBeNull()
    expect((await findDecision(db, id, { maySeeSensitive: true }))?.madeBy.isExplainable).toBe(false)
  })
})
