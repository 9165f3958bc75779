// Trying real decisions out: other values, smallest changes, like cases, one field, other versions; over HTTP, as each role.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { approver, endServing, exampleRows, operator, program, registerExample, releaseToStaging, viewer } from '@/lib/serving/testing/fixture'
import type { Principal } from '@/lib/access/contract'
import type { ApiEnv } from '@/lib/access/http'
import type { Database } from '@/lib/database'
import { ENGINES, openTestDatabase } from '@/lib/database/testing'
import { openModel } from '@/lib/inference/session'
import { problemResponse } from '@/lib/platform/problems'
import { registerVersion } from '@/lib/registry/commands'
import type { Version, VersionMetadata } from '@/lib/registry/contract'
import { readBackground } from '@/lib/registry/queries'
import { ingestOutcomes, predict } from '@/lib/serving/commands'
import type { ListPredictAnswer } from '@/lib/serving/contract'
import { scoreOf } from '@/lib/serving/rules/output'
import { servingTables } from '@/lib/serving/tables'
import { closeExplainer, findCounterfactuals, registerExplainer, whatIf } from './commands'
import type { DecisionRow, Decision } from './contract'
import { referenceOf, type Counterfactuals, type Dependence, type SimilarDecisions, type VersionAnswer, type WhatIf } from './contract/lookup'
import { explanationsRoutes } from './routes'

const CLINIC = 'no-show-risk'
const SHOP = 'price-optimiser'
const CREDIT = 'credit-risk'

async function call<T>(principal: Principal | null, path: string, body?: unknown): Promise<{ status: number; body: T }> {
  const app = new Hono<ApiEnv>()
  app.onError((error) => problemResponse(error, 'test'))
  app.use(async (c, next) => {
    c.set('principal', principal)
    c.set('requestId', 'test')
    await next()
  })
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
  const response = await app.route('/', explanationsRoutes).request(path, init)
  return { status: response.status, body: (await response.json()) as T }
}

const creditFile = (name: string) => readFileSync(join(process.cwd(), 'examples/credit-union', name))

describe.each(ENGINES)('looking a decision up on %s', (engine) => {
  let db: Database
  let clinic: Version
  let credit: Version
  let clinicIds: string[]
  let creditIds: string[]
  let shopId: string
  const bookings = exampleRows('clinic', 40)

  beforeAll(async () => {
    db = await openTestDatabase(engine)
    registerExplainer()
    clinic = await registerExample('clinic', 1)
    await registerExample('clinic', 2)
    await registerExample('shop', 1)
    credit = (await registerVersion(operator, { artifact: creditFile('v1.onnx'), metadata: JSON.parse(creditFile('v1.json').toString()) as VersionMetadata, reference: { fileName: 'reference-v1.csv', content: creditFile('reference-v1.csv') } })).version
    for (const model of [CLINIC, SHOP, CREDIT]) await releaseToStaging(model, 1)
    const ask = async (model: string, inputs: unknown[]) => ((await predict(program, model, { environment: 'staging', inputs, subjects: inputs.map((_, row) => `${model.slice(0, 2)}-${row}`) })) as ListPredictAnswer).predictions.map(({ id }) => id)
    clinicIds = await ask(CLINIC, bookings)
    creditIds = await ask(CREDIT, (await readBackground(credit)).slice(0, 12))
    shopId = (await ask(SHOP, exampleRows('shop', 1)))[0] ?? ''
    await ingestOutcomes({ ...program, role: null }, { predictionId: clinicIds[0], outcome: 1 })
  }, 60_000)
  afterAll(async () => {
    await closeExplainer()
    await endServing()
    await db.close()
  })

  it('finds a decision by the reference of a letter, however it was typed', async () => {
    const id = clinicIds[3] ?? ''
    const reference = referenceOf(id)
    expect(reference).toMatch(/^([0-9A-F]{4} ){3}7[0-9A-F]{3}$/)
    for (const text of [id, id.toUpperCase(), id.replaceAll('-', ' '), id.replaceAll('-', ''), reference, reference.toLowerCase().replaceAll(' ', ''), `  ${reference} `]) {
      const { body } = await call<{ predictions: DecisionRow[] }>(viewer, `/predictions?text=${encodeURIComponent(text)}`)
      expect(body.predictions.map((one) => one.id), text).toEqual([id])
    }
    const { body: minute } = await call<{ predictions: DecisionRow[] }>(viewer, `/predictions?text=${id.slice(0, 8)}&limit=200`)
    expect(minute.predictions.map((one) => one.id)).toContain(id)
    expect((await call<{ predictions: DecisionRow[] }>(viewer, '/predictions?text=ffffffff')).body.predictions).toEqual([])
  })

  it('finds a customer whose number looks like the beginning of an id', async () => {
    const answer = (await predict(program, CLINIC, { environment: 'staging', inputs: [bookings[0]], subjects: ['12345678'] })) as ListPredictAnswer
    const { body } = await call<{ predictions: DecisionRow[] }>(viewer, '/predictions?text=12345678')
    expect(body.predictions.map((one) => one.id)).toEqual(answer.predictions.map(({ id }) => id))
  })

  it('searches by decision and by first reason', async () => {
    const list = async (query: string) => (await call<{ predictions: DecisionRow[] }>(viewer, `/predictions?limit=200&${query}`)).body.predictions
    const all = await list(`model=${CLINIC}`)
    const above = await list(`model=${CLINIC}&decision=above`)
    const below = await list(`model=${CLINIC}&decision=below`)
    expect(above.length).toBeGreaterThan(0)
    expect(below.length).toBeGreaterThan(0)
    expect(above.length + below.length).toBe(all.length)
    expect(above.every(({ score }) => (score ?? 0) >= 0.35)).toBe(true)
    expect(await list(`model=${SHOP}&decision=above`)).toEqual([])
    const reason = all[0]?.topReason ?? ''
    expect((await list(`model=${CLINIC}&reason=${reason}`)).map(({ id }) => id)).toEqual(all.filter(({ topReason }) => topReason === reason).map(({ id }) => id))
  })

  it('answers with other values as a call would, and keeps nothing', async () => {
    const { predictions } = db.tables(servingTables)
    const before = await db.$count(predictions)
    const id = clinicIds[1] ?? ''
    const changes = { waiting_days: 3, sms_reminder: 'yes' }
    const { status, body } = await call<WhatIf>(operator, `/predictions/${id}/what-if`, { changes })
    expect(status).toBe(200)
    const served = (await predict(program, CLINIC, { environment: 'staging', inputs: [{ ...bookings[1], ...changes }] })) as ListPredictAnswer
    expect(body.score).toBe(served.predictions[0]?.output.score)
    expect(body.decision).toBe(served.predictions[0]?.output.decision)
    expect(await db.$count(predictions)).toBe(before + 1)
    expect(body.changed.map(({ field }) => field)).toContain('waiting_days')
    expect(body.contributions.map(({ field }) => field)).toEqual(clinic.signature.fields.map(({ name }) => name))
    expect(body.reasons.length).toBeGreaterThan(0)
    const same = await whatIf(operator, id, { changes: {} })
    expect(same).toMatchObject({ changed: [], isDecisionChanged: false })
  })

  it('refuses other values that a call could not have', async () => {
    const path = `/predictions/${clinicIds[1]}/what-if`
    for (const changes of [{ waiting_days: 9999 }, { waiting_days: 'long' }, { nothing: 1 }]) {
      expect(await call(operator, path, { changes }), JSON.stringify(changes)).toMatchObject({ status: 422, body: { code: 'inputs_invalid' } })
    }
    expect(await call(operator, '/predictions/none/what-if', { changes: {} })).toMatchObject({ status: 404, body: { code: 'prediction_unknown' } })
  })

  it('finds changes that really flip, of free fields only, within what the background has', async () => {
    const model = await openModel(creditFile('v1.onnx'), credit.signature)
    const background = await readBackground(credit)
    const free = credit.signature.fields.filter((field) => field.isActionable && !field.isSensitive)
    let flipped = 0
    for (const id of creditIds) {
      const { found, closest, goal, free: offered } = await findCounterfactuals(operator, id)
      const { body } = await call<Decision>(operator, `/predictions/${id}`)
      const isAbove = (body.score ?? 0) >= 0.5
      expect(goal).toContain(isAbove ? 'below 0.5: offer the loan' : 'of at least 0.5: refer to a loan officer')
      expect(offered.every(({ field }) => free.some(({ name }) => name === field))).toBe(true)
      expect(found.length === 0).toBe(closest !== null)
      for (const one of found) {
        flipped += 1
        const changes = Object.fromEntries(one.changes.map(({ field, to }) => [field, to]))
        const [answer] = await model.run([{ ...body.inputs, ...changes }])
        expect((scoreOf(credit.signature, answer ?? {}) ?? NaN) >= 0.5).toBe(!isAbove)
        expect(one).toMatchObject({ isDecisionChanged: true, score: scoreOf(credit.signature, answer ?? {}) })
        expect(one.changes.length).toBeLessThanOrEqual(4)
        for (const { field, to, from } of one.changes) {
          const seen = background.map((row) => row[field])
          expect(free.map(({ name }) => name)).toContain(field)
          expect(to).not.toBe(from)
          if (typeof to === 'number') {
            expect(to).toBeGreaterThanOrEqual(Math.min(...(seen as number[])))
            expect(to).toBeLessThanOrEqual(Math.max(...(seen as number[])))
          } else expect(seen).toContain(to)
        }
      }
      expect(new Set(found.map(({ changes }) => changes.map(({ field }) => field).join())).size).toBe(found.length)
    }
    await model.close()
    expect(flipped).toBeGreaterThan(10)
  })

  it('is the same each time, and fast enough to wait for', async () => {
    const id = creditIds[0] ?? ''
    const first = await findCounterfactuals(operator, id)
    const startedAt = performance.now()
    expect(await findCounterfactuals(operator, id)).toEqual(first)
    expect(performance.now() - startedAt).toBeLessThan(3000)
  })

  it('keeps to what the settings and the caller hold fast, and says when nothing is left', async () => {
    const id = creditIds[0] ?? ''
    const all = await findCounterfactuals(operator, id, { most: 6 })
    const [kept] = all.found[0]?.changes ?? all.closest?.changes ?? []
    const fewer = await findCounterfactuals(operator, id, { keep: [kept?.field ?? ''] })
    expect(fewer.free.map(({ field }) => field)).not.toContain(kept?.field)
    expect(fewer.found.flatMap(({ changes }) => changes.map(({ field }) => field))).not.toContain(kept?.field)
    const none = await findCounterfactuals(operator, id, { keep: credit.signature.fields.map(({ name }) => name) })
    expect(none).toMatchObject({ found: [], closest: null, free: [] })
  })

  it('moves a value to where it is wanted', async () => {
    const { body: decision } = await call<Decision>(operator, `/predictions/${shopId}`)
    const price = decision.score ?? NaN
    const { status, body } = await call<Counterfactuals>(operator, `/predictions/${shopId}/counterfactuals`, { target: { percent: -5 }, keep: [] })
    expect(status).toBe(200)
    for (const { score } of body.found) expect(score ?? Infinity).toBeLessThan(price * 0.95)
    if (body.closest) expect(Math.abs((body.closest.score ?? NaN) - price)).toBeGreaterThanOrEqual(0)
    expect(await call(operator, `/predictions/${shopId}/counterfactuals`, { target: { value: price } })).toMatchObject({ status: 422, body: { code: 'target_invalid' } })
    expect(await call(operator, `/predictions/${shopId}/counterfactuals`, { target: { label: 'cheap' } })).toMatchObject({ status: 422, body: { code: 'target_invalid' } })
  })

  it('finds earlier cases that were alike, with what came of them', async () => {
    const last = clinicIds.at(-1) ?? ''
    for (const by of ['inputs', 'explanation'] as const) {
      const { body } = await call<SimilarDecisions>(operator, `/predictions/${last}/similar?by=${by}`)
      expect(body.compared, by).toBe(39)
      expect(body.similar).toHaveLength(8)
      const alike = body.similar.map((one) => one.alike)
      expect(alike).toEqual([...alike].sort((a, b) => b - a))
      expect(body.similar.every(({ decision }) => decision.id < last)).toBe(true)
    }
    // The same booking again is the most alike, and what happened is told.
    const again = (await predict(program, CLINIC, { environment: 'staging', inputs: [bookings[0]] })) as ListPredictAnswer
    for (const by of ['inputs', 'explanation'] as const) {
      const { body } = await call<SimilarDecisions>(operator, `/predictions/${again.predictions[0]?.id}/similar?by=${by}`)
      const twin = body.similar.find(({ decision }) => decision.id === clinicIds[0])
      expect(twin, by).toMatchObject({ alike: 1, differences: [], decision: { outcome: { inWords: 'it happened: the patient does not come' } } })
    }
    const { body: first } = await call<SimilarDecisions>(operator, `/predictions/${clinicIds[0]}/similar`)
    expect(first).toMatchObject({ compared: 0, similar: [] })
  })

  it('shows how the answer goes along a field, through the case itself', async () => {
    const id = clinicIds[2] ?? ''
    const { body: decision } = await call<Decision>(operator, `/predictions/${id}`)
    for (const field of ['waiting_days', 'weekday']) {
      const { body } = await call<Dependence>(viewer, `/predictions/${id}/dependence?field=${field}`)
      const own = body.points.filter(({ isOwn }) => isOwn)
      expect(own).toHaveLength(1)
      expect(own[0]?.own).toBeCloseTo(decision.score ?? NaN, 6)
      expect(body.rows).toBe(100)
      expect(body.curves.every((curve) => curve.length === body.points.length)).toBe(true)
      for (const { mean, low, high } of body.points) {
        expect(low).toBeLessThanOrEqual(high)
        expect(mean).toBeGreaterThan(0)
      }
      if (field === 'waiting_days') expect(body.points.map(({ value }) => value)).toEqual(body.points.map(({ value }) => value).sort((a, b) => Number(a) - Number(b)))
    }
    expect(await call(operator, `/predictions/${id}/dependence?field=nothing`)).toMatchObject({ status: 404, body: { code: 'field_unknown' } })
  })

  it('asks the other versions', async () => {
    const { body } = await call<{ versions: VersionAnswer[] }>(viewer, `/predictions/${clinicIds[0]}/versions`)
    const { body: decision } = await call<Decision>(operator, `/predictions/${clinicIds[0]}`)
    expect(body.versions.map(({ number, isOwn }) => [number, isOwn])).toEqual([[2, false], [1, true]])
    expect(body.versions[1]?.said).toMatchObject({ score: decision.score, isDecisionChanged: false })
    expect(body.versions[0]?.said?.score).not.toBe(decision.score)
    expect(body.versions[0]?.said?.reasons.length).toBeGreaterThan(0)
  })

  it('shows a viewer no sensitive value, and lets nobody try out who may not see them', async () => {
    const id = clinicIds[0] ?? ''
    for (const [path, body] of [['what-if', { changes: {} }], ['counterfactuals', {}], ['similar', undefined]] as const) {
      expect((await call(viewer, `/predictions/${id}/${path}`, body)).status, path).toBe(403)
      expect((await call(null, `/predictions/${id}/${path}`, body)).status, path).toBe(401)
    }
    expect((await call(viewer, `/predictions/${id}/dependence?field=age`)).status).toBe(403)
    expect((await call(operator, `/predictions/${id}/dependence?field=age`)).status).toBe(200)
    const { body: masked } = await call<Decision>(viewer, `/predictions/${id}`)
    expect(masked.shownInputs.find(({ field }) => field === 'age')).toMatchObject({ value: null, strip: null, control: null, place: null, inWords: 'hidden' })
    const { body: seen } = await call<Decision>(approver, `/predictions/${id}`)
    expect(seen.shownInputs.find(({ field }) => field === 'age')).toMatchObject({ control: { kind: 'number' }, strip: { kind: 'number' } })
    expect(seen.shownInputs.find(({ field }) => field === 'weekday')).toMatchObject({ control: { kind: 'choice' }, strip: { kind: 'category' } })
  })
})
