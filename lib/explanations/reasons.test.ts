// Reason settings, their preview and letters over HTTP: real models, predictions and explanations.
import { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { approver, endServing, exampleRows, operator, program, registerExample, viewer } from '@/lib/serving/testing/fixture'
import type { Principal } from '@/lib/access/contract'
import type { ApiEnv } from '@/lib/access/http'
import { checkChain, listAuditEvents } from '@/lib/audit/queries'
import type { Database } from '@/lib/database'
import { ENGINES, openTestDatabase } from '@/lib/database/testing'
import { sha256 } from '@/lib/platform/crypto'
import { problemResponse } from '@/lib/platform/problems'
import { approvePromotion, requestPromotion } from '@/lib/releases/commands'
import { predict, setGuardrails } from '@/lib/serving/commands'
import type { ListPredictAnswer, SinglePredictAnswer } from '@/lib/serving/contract'
import { closeExplainer, registerExplainer, setReasonSettings } from './commands'
import { DEFAULT_REASON_SETTINGS, type Decision, type ReasonRevision, type ReasonSettingsInput } from './contract'
import type { Letter, ReasonPreview } from './contract/letter'
import { reasonSettingsOf } from './queries'
import { explanationsRoutes } from './routes'

const CLINIC = 'no-show-risk'
const SHOP = 'price-optimiser'

async function call<T>(principal: Principal | null, path: string, method = 'GET', body?: unknown): Promise<{ status: number; body: T; response: Response }> {
  const app = new Hono<ApiEnv>()
  app.onError((error) => problemResponse(error, 'test'))
  app.use(async (c, next) => {
    c.set('principal', principal)
    c.set('requestId', 'test')
    await next()
  })
  const response = await app.route('/', explanationsRoutes).request(path, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  const isJson = response.headers.get('content-type')?.includes('json') === true
  return { status: response.status, body: (isJson ? await response.clone().json() : null) as T, response }
}

interface Refusal {
  code: string
  errors: { path: string; message: string }[]
}

const settings: ReasonSettingsInput = {
  score: { en: 'the risk', de: 'das Risiko' },
  names: { waiting_days: { de: 'Wartezeit' } },
  templates: { waiting_days: { raised: { en: '{value, plural, one {A day} other {# days}} of waiting {effect}.', de: '{value} Wartezeit: {effect}.' } } },
  codes: [{ code: 'W1', text: { en: 'Time until the appointment', de: 'Zeit bis zum Termin' }, fields: ['waiting_days'] }],
  groups: [{ name: { en: 'Earlier visits', de: 'Frühere Besuche' }, fields: ['earlier_visits', 'earlier_no_shows'] }],
  forbidden: ['age', 'insurance'],
}

describe.each(ENGINES)('reasons on %s', (engine) => {
  let db: Database
  let modelId: string
  let ids: string[]
  let guarded: string

  beforeAll(async () => {
    db = await openTestDatabase(engine)
    registerExplainer()
    modelId = (await registerExample('clinic', 1)).modelId
    await registerExample('shop', 1)
    for (const model of [CLINIC, SHOP]) {
      const promotion = await requestPromotion(operator, { model, version: 1, environment: 'production', reason: 'first model' })
      await approvePromotion(approver, promotion.id, { comment: 'looks right' })
    }
    const bookings = exampleRows('clinic', 60).map((row) => ({ ...row, waiting_days: 60, earlier_visits: 4, earlier_no_shows: 3, sms_reminder: 'no' }))
    const answer = (await predict(program, CLINIC, { inputs: bookings, subjects: bookings.map((_, row) => `P-${row}`) })) as ListPredictAnswer
    ids = answer.predictions.map((one) => one.id)
    await setGuardrails(approver, { model: SHOP, rules: [{ limit: { rule: 'output-range', min: null, max: 0.01 }, fallback: { kind: 'constant', value: 0.01 } }] })
    guarded = ((await predict(program, SHOP, { inputs: exampleRows('shop', 1)[0] })) as SinglePredictAnswer).id
  })
  afterAll(async () => {
    await closeExplainer()
    await endServing()
    await db.close()
  })

  it('have defaults before anybody sets them', async () => {
    const { body } = await call<{ current: ReasonRevision; revisions: ReasonRevision[] }>(viewer, `/models/${CLINIC}/reasons`)
    expect(body).toEqual({ current: { modelId, revision: 0, settings: DEFAULT_REASON_SETTINGS, createdAt: null, createdBy: null }, revisions: [] })
    expect((await call<Refusal>(viewer, '/models/nothing/reasons')).status).toBe(404)
  })

  it('are set in revisions, by who may, with an audit event in the same chain', async () => {
    expect((await call<Refusal>(viewer, `/models/${CLINIC}/reasons`, 'PUT', settings)).status).toBe(403)
    const first = await call<ReasonRevision>(operator, `/models/${CLINIC}/reasons?basedOn=0`, 'PUT', settings)
    expect(first.body).toMatchObject({ revision: 1, createdBy: operator.name })
    // The same again is no new revision.
    expect((await setReasonSettings(operator, CLINIC, settings)).revision).toBe(1)
    expect(await call<Refusal>(approver, `/models/${CLINIC}/reasons?basedOn=0`, 'PUT', {})).toMatchObject({ status: 409, body: { code: 'reasons_changed' } })
    expect((await setReasonSettings(approver, CLINIC, {}, { basedOn: 1 })).revision).toBe(2)
    expect((await setReasonSettings(approver, CLINIC, settings)).revision).toBe(3)
    expect(await reasonSettingsOf(db, modelId)).toEqual({ ...DEFAULT_REASON_SETTINGS, ...settings })
    const { body } = await call<{ revisions: ReasonRevision[] }>(viewer, `/models/${CLINIC}/reasons`)
    expect(body.revisions.map(({ revision, createdBy }) => [revision, createdBy])).toEqual([[3, approver.name], [2, approver.name], [1, operator.name]])
    const { events } = await listAuditEvents(db, { action: 'reasons.set' })
    expect(events.map((event) => [event.actorName, (event.after as { revision: number }).revision])).toEqual([[approver.name, 3], [approver.name, 2], [operator.name, 1]])
    expect(events[0]).toMatchObject({ targetName: CLINIC, modelId, before: { revision: 2 } })
    expect((await checkChain(db)).isIntact).toBe(true)
  })

  it('are refused with a path for each wrong setting, saved or not', async () => {
    const wrong: ReasonSettingsInput = { ...settings, forbidden: ['age', 'wage', 'waiting_days'], templates: { distance_km: { raised: { en: 'Late because of {value}' } } } }
    const saved = await call<Refusal>(operator, `/models/${CLINIC}/reasons`, 'PUT', wrong)
    expect(saved).toMatchObject({ status: 422, body: { code: 'reasons_invalid' } })
    expect(saved.body.errors.map(({ path }) => path)).toEqual(['forbidden.1', 'codes.0.fields.0', 'templates.distance_km.raised.en'])
    expect(await call<Refusal>(operator, `/models/${CLINIC}/reasons/preview`, 'POST', wrong)).toMatchObject({ status: 422, body: { code: 'reasons_invalid' } })
    expect((await call<Refusal>(operator, `/models/${CLINIC}/reasons`, 'PUT', { forbiden: [] })).status).toBe(422)
    expect((await reasonSettingsOf(db, modelId)).forbidden).toEqual(['age', 'insurance'])
  })

  it('are what the page of a decision says, without forbidden fields', async () => {
    const { body } = await call<Decision>(viewer, `/predictions/${ids[0]}`)
    const { reasons = [], principalReasons = [] } = body.explanation ?? {}
    expect(reasons.length).toBeGreaterThan(2)
    expect(reasons.flatMap((reason) => reason.fields)).not.toContain('age')
    expect(principalReasons[0]?.sentence).toMatch(/raises the risk most/)
    expect(reasons.find((reason) => reason.field === 'waiting_days')).toMatchObject({ sentence: expect.stringMatching(/^60 days of waiting raises the risk/), code: { code: 'W1', text: 'Time until the appointment' } })
    expect(reasons.find((reason) => reason.displayName === 'Earlier visits')?.fields).toEqual(['earlier_visits', 'earlier_no_shows'])
  })

  it('can be looked at before they are saved, in both languages, on decisions that were made', async () => {
    const unsaved = { ...settings, score: { en: 'the danger', de: 'die Gefahr' } }
    const { status, body } = await call<ReasonPreview>(operator, `/models/${CLINIC}/reasons/preview`, 'POST', unsaved)
    expect(status).toBe(200)
    expect(ids).toContain(body.prediction.id)
    expect(body.byLocale.en.principal[0]?.sentence).toMatch(/the danger most/)
    expect(body.byLocale.de.principal[0]?.sentence).toMatch(/die Gefahr am stärksten/)
    expect(body.byLocale.de.letter).toContain('1. ')
    expect(JSON.stringify(body.byLocale)).not.toMatch(/Age|Insurance/)
    expect(body.hasEarlier).toBe(true)
    const earlier = await call<ReasonPreview>(operator, `/models/${CLINIC}/reasons/preview?earlier=1`, 'POST', unsaved)
    expect(earlier.body.prediction.id).not.toBe(body.prediction.id)
    expect(earlier.body.prediction.at).toBeLessThanOrEqual(body.prediction.at)
    expect((await call(viewer, `/models/${CLINIC}/reasons/preview`, 'POST', unsaved)).status).toBe(403)
    expect((await reasonSettingsOf(db, modelId)).score?.en).toBe('the risk')
  })

  it('make a letter, as text and as one page of PDF, and the audit trail knows its hash', async () => {
    expect((await call(viewer, `/predictions/${ids[0]}/letter`)).status).toBe(403)
    const { body: shown } = await call<Letter>(operator, `/predictions/${ids[0]}/letter?locale=de`)
    expect(shown).toMatchObject({ locale: 'de', revision: 3, isAgainst: true })
    expect(shown.text).toMatch(/1\. Zeit bis zum Termin\.|\. Frühere Besuche erhöht das Risiko/)
    expect(shown.text).toContain(ids[0])
    expect(shown.text).not.toMatch(/0[.,]\d\d|Prozentpunkt|Alter|Age/)
    expect((await listAuditEvents(db, { action: 'letter.written' })).events).toEqual([])

    const text = await call(operator, `/predictions/${ids[0]}/letter`, 'POST', { locale: 'de', format: 'text' })
    expect(await text.response.text()).toBe(`${shown.text}\n`)
    const pdf = await call(operator, `/predictions/${ids[0]}/letter`, 'POST', { locale: 'de' })
    expect(pdf.response.headers.get('content-type')).toBe('application/pdf')
    expect(pdf.response.headers.get('content-disposition')).toBe(`attachment; filename="letter-${ids[0]}-de.pdf"`)
    expect(Buffer.from(await pdf.response.arrayBuffer()).toString('latin1', 0, 5)).toBe('%PDF-')
    const { events } = await listAuditEvents(db, { action: 'letter.written' })
    expect(events.map((event) => event.after)).toEqual([
      { locale: 'de', format: 'pdf', revision: 3, reasons: shown.reasons, textHash: sha256(shown.text) },
      { locale: 'de', format: 'text', revision: 3, reasons: shown.reasons, textHash: sha256(shown.text) },
    ])
    expect(events[0]).toMatchObject({ targetKind: 'prediction', targetId: ids[0], modelId })
  })

  it('make no letter where the model did not decide, or nothing may be cited', async () => {
    expect(await call<Refusal>(operator, `/predictions/${guarded}/letter`)).toMatchObject({ status: 409, body: { code: 'letter_not_of_model' } })
    expect((await call<Refusal>(operator, '/predictions/none/letter')).status).toBe(404)
    const { fields } = (await call<Decision>(operator, `/predictions/${ids[1]}`)).body.explanation ?? { fields: [] }
    await setReasonSettings(operator, CLINIC, { forbidden: fields.map((field) => field.name) })
    expect(await call<Refusal>(operator, `/predictions/${ids[1]}/letter`, 'POST', {})).toMatchObject({ status: 409, body: { code: 'letter_without_reasons' } })
    expect((await call<Decision>(operator, `/predictions/${ids[1]}`)).body.explanation?.reasons).toEqual([])
  })
})
