import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { admin, approver, endServing, exampleRows, operator, program, registerExample, releaseToStaging, viewer } from '../testing/fixture'
import type { Database } from '@/lib/database'
import { ENGINES, openTestDatabase } from '@/lib/database/testing'
import { setOnce } from '@/lib/platform/once'
import type { Version } from '@/lib/registry/contract'
import { rollback } from '@/lib/releases/commands'
import type { ListPredictAnswer, SinglePredictAnswer } from '../contract'
import { predictionLog } from '../log'
import { exampleCall, findPrediction, hourlyTraffic, recountProfiles } from '../queries'
import { routing } from '../routing'
import { CallGates } from '../limits'
import { servingTables } from '../tables'
import { loggedPredictions } from '../testing/predictions'
import { predict, setGuardrails } from '.'

const CLINIC = 'no-show-risk'
const SHOP = 'price-optimiser'
const environment = 'staging'

async function one(body: Record<string, unknown>, model = CLINIC): Promise<SinglePredictAnswer> {
  return (await predict(program, model, { environment, ...body })) as SinglePredictAnswer
}

describe.each(ENGINES)('predict on %s', (engine) => {
  let db: Database
  let first: Version
  let second: Version
  let prices: Version
  const [booking = {}, ...bookings] = exampleRows('clinic', 300)
  const [item = {}] = exampleRows('shop', 1)

  beforeAll(async () => {
    db = await openTestDatabase(engine)
    first = await registerExample('clinic', 1)
    second = await registerExample('clinic', 2)
    prices = await registerExample('shop', 1)
    await releaseToStaging(CLINIC, 1)
    await releaseToStaging(SHOP, 1)
  })
  afterAll(async () => {
    await endServing()
    await db.close()
  })

  it('answers one row, and it is in the log when it is answered', async () => {
    const answer = await one({ inputs: booking, subject: 'patient-1', requestId: 'r-1' })
    expect(answer).toMatchObject({ model: CLINIC, environment, version: 1 })
    expect(answer.output.score).toBeGreaterThan(0)
    expect(answer.output.score).toBeLessThan(1)
    const logged = await findPrediction(db, answer.id)
    expect(logged).toMatchObject({ versionId: first.id, caller: 'token:t-booking', subject: 'patient-1', requestId: 'r-1', score: answer.output.score })
    expect(logged?.inputs).toEqual(first.signature.fields.map((field) => booking[field.name] ?? null))
  })

  it('answers a list in its order, each row as it would alone', async () => {
    const rows = bookings.slice(0, 20)
    const answer = (await predict(program, CLINIC, { inputs: rows, environment, subjects: rows.map((_, row) => `p-${row}`) })) as ListPredictAnswer
    expect(answer.predictions).toHaveLength(20)
    const alone = await Promise.all(rows.map((inputs) => one({ inputs })))
    answer.predictions.forEach((prediction, row) => expect(prediction.output.score).toBeCloseTo(alone[row]?.output.score ?? -1, 6))
    expect((await findPrediction(db, answer.predictions[7]?.id ?? ''))?.subject).toBe('p-7')
  })

  it('names what is wrong in a row and never repeats the value', async () => {
    const wrong = { ...booking, age: 'secret-value', waitng_days: 3 }
    await expect(one({ inputs: [booking, wrong] })).rejects.toMatchObject({
      kind: 'invalid',
      fields: [
        { path: 'inputs[1].age', rule: 'type', message: 'age must be a number, not a text.' },
        { path: 'inputs[1].waitng_days', rule: 'unknown-field', message: 'The model has no field waitng_days. Did you mean waiting_days?' },
      ],
    })
    const error: unknown = await one({ inputs: wrong }).catch((caught: unknown) => caught)
    expect(JSON.stringify(error) + String(error)).not.toContain('secret-value')
    await expect(one({ inputs: { ...booking, age: -1 } })).rejects.toMatchObject({ fields: [{ path: 'inputs.age', rule: 'min' }] })
    await expect(one({ inputs: booking, sbject: 'x' })).rejects.toMatchObject({ fields: [{ message: 'There is no member sbject. Did you mean subject?' }] })
  })

  it('tells who may not, what is not there, and what has no release', async () => {
    const body = { inputs: booking, environment }
    await expect(predict(null, CLINIC, body)).rejects.toMatchObject({ kind: 'unauthenticated' })
    await expect(predict(viewer, CLINIC, body)).rejects.toMatchObject({ kind: 'forbidden' })
    await expect(predict(program, 'unheard-of', body)).rejects.toMatchObject({ kind: 'not_found', code: 'model_unknown' })
    await expect(predict(program, CLINIC, { inputs: booking })).rejects.toMatchObject({ kind: 'not_found', code: 'nothing_released' })
    await expect(predict(program, CLINIC, { ...body, environment: 'prod' })).rejects.toMatchObject({ code: 'environment_unknown' })
  })

  it('asks the version whose number is given, where the caller may', async () => {
    const body = { inputs: booking, environment }
    expect(await one({ ...body, version: 1 })).toMatchObject({ version: 1 })
    await expect(predict(program, CLINIC, { ...body, version: 2 })).rejects.toMatchObject({ code: 'version_not_released' })
    const tried = (await predict(operator, CLINIC, { ...body, version: 2 })) as SinglePredictAnswer
    expect(tried).toMatchObject({ version: 2, release: '' })
    expect(await findPrediction(db, tried.id)).toMatchObject({ versionId: second.id, releaseId: null, caller: 'user:u-operator' })
    await expect(predict(operator, CLINIC, { ...body, version: 99 })).rejects.toMatchObject({ code: 'version_unknown' })
    for (const version of ['2', 0, 1.5, 2 ** 31]) await expect(one({ ...body, version })).rejects.toMatchObject({ kind: 'invalid', fields: [{ path: 'version' }] })
  })

  it('has an example to start from: rows of the sample, over and over', async () => {
    const from = (row: number, number?: number) => exampleCall(db, first.modelId, environment, row, number)
    const [zero, other] = [await from(0), await from(1)]
    if (!zero || !other) throw new Error('version 1 is released and has a sample')
    expect(Object.keys(zero.inputs)).toEqual(first.signature.fields.map((field) => field.name))
    expect(other.inputs).not.toEqual(zero.inputs)
    expect(await from(zero.rows + 1)).toEqual(other)
    expect(await from(0, 2)).toMatchObject({ version: 2, row: 0 })
    expect([await from(0, 99), await exampleCall(db, first.modelId, 'production')]).toEqual([null, null])
    expect(await one({ inputs: other.inputs })).toMatchObject({ version: 1 })
  })

  it('limits a caller that has gone wild, and says when to come back', async () => {
    setOnce('callGates', new CallGates(10))
    await one({ inputs: bookings.slice(0, 20) })
    await expect(one({ inputs: bookings.slice(0, 20) })).rejects.toMatchObject({ kind: 'rate_limited', retryAfterSeconds: 2 })
    setOnce('callGates', undefined)
  })

  it('puts the fallback in place of an answer that breaks a guardrail, and logs what the model said', async () => {
    const plain = await one({ inputs: item }, SHOP)
    expect(plain.fallback).toBeUndefined()
    const said = plain.output.value ?? 0
    await setGuardrails(approver, {
      model: SHOP,
      environment,
      rules: [{ limit: { rule: 'output-range', min: said + 1, max: null }, fallback: { kind: 'input-multiple', field: 'base_price', factor: 2 } }],
    })
    const answer = await one({ inputs: item }, SHOP)
    expect(answer.output.value).toBe(Number(item.base_price) * 2)
    expect(answer.fallback).toMatchObject({ rule: 'output-range', answeredBy: 'the rule 2 times base_price' })
    expect(await findPrediction(db, answer.id)).toMatchObject({ score: Number(item.base_price) * 2, modelScore: said, guardrail: answer.fallback })
    await setGuardrails(admin, { model: SHOP, environment, rules: [] })
    expect((await one({ inputs: item }, SHOP)).output.value).toBe(said)
    const kept = await db.select().from(db.tables(servingTables).guardrails)
    expect(kept.map((row) => row.revision).sort()).toEqual([1, 2])
    await expect(
      setGuardrails(approver, { model: SHOP, environment, rules: [{ limit: { rule: 'output-relative', field: 'colour', min: 0.5, max: 2 }, fallback: { kind: 'clamp' } }] }),
    ).rejects.toMatchObject({ code: 'guardrails_invalid', fields: [{ path: 'rules.0.limit.field' }] })
  })

  it('gives a prediction whose reasons could not be computed, with a warning', async () => {
    expect(await one({ inputs: booking, explain: true })).toMatchObject({ reasons: null, warnings: [{ code: 'explainer_unavailable' }] })
    const asked: { versionId: string; row: unknown; locale: string; values: number[] }[] = []
    setOnce('explainer', {
      reasonsOf: async (versionId, given, locale) => {
        for (const { row, explanation } of given) asked.push({ versionId, row, locale, values: Array.from(explanation.values) })
        return given.map(() => [{ field: 'age', contribution: 0.1, standardError: 0, sentence: 'Age raises it.' }])
      },
      explainRows: () => Promise.reject(new Error('what was explained exactly is not explained again')),
      explainLater: () => undefined,
    })
    const answer = await one({ inputs: booking, explain: true, locale: 'de' })
    expect(answer.reasons).toEqual([{ field: 'age', contribution: 0.1, standardError: 0, sentence: 'Age raises it.' }])
    expect(answer.warnings).toBeUndefined()
    const kept = await findPrediction(db, answer.id)
    expect(asked).toEqual([{ versionId: first.id, row: booking, locale: 'de', values: Array.from(kept?.explanation?.values ?? []) }])
    await expect(one({ inputs: booking, locale: 'fr' })).rejects.toMatchObject({ fields: [{ path: 'locale', rule: 'options' }] })
    setOnce('explainer', undefined)
  })

  it('switches releases 50 times under load without losing a request', async () => {
    await releaseToStaging(CLINIC, 2)
    let isOver = false
    const answers: SinglePredictAnswer[] = []
    const failures: unknown[] = []
    const clients = Array.from({ length: 8 }, async () => {
      for (let call = 0; !isOver; call++) {
        await one({ inputs: bookings[call % bookings.length] }).then((answer) => answers.push(answer), (error: unknown) => failures.push(error))
      }
    })
    for (let turn = 0; turn < 50; turn++) {
      const version = turn % 2 === 0 ? 1 : 2
      const release = await rollback(approver, { model: CLINIC, environment, version, reason: 'to and fro' })
      // Who waited for the switch is served by the new release.
      expect(await one({ inputs: booking })).toMatchObject({ version, release: release.id })
    }
    isOver = true
    await Promise.all(clients)
    expect(failures).toEqual([])
    expect(answers.length).toBeGreaterThan(50)
    expect(new Set(answers.map((answer) => answer.version))).toEqual(new Set([1, 2]))
    for (const answer of answers.slice(-20)) expect((await findPrediction(db, answer.id))?.versionId).toBe(answer.version === 1 ? first.id : second.id)
  })

  it('keeps a subject with its arm while the challenger grows', async () => {
    await rollback(approver, { model: CLINIC, environment, version: 1, reason: 'before the canary' }).catch(() => undefined)
    await releaseToStaging(CLINIC, 2, { strategy: 'canary', shareBasisPoints: 1000 })
    const subjects = bookings.slice(0, 200).map((_, index) => `subject-${index}`)
    const served = async () => {
      const answer = (await predict(program, CLINIC, { inputs: bookings.slice(0, 200), environment, subjects })) as ListPredictAnswer
      return answer.predictions.map((prediction) => prediction.version)
    }
    const small = await served()
    expect(await served()).toEqual(small)
    const share = small.filter((version) => version === 2).length / small.length
    expect(share).toBeGreaterThan(0.04)
    expect(share).toBeLessThan(0.17)
  })

  // The second of them is written last: everything before it in the transaction is undone with it.
  it.each(['profiles', 'call_errors'])('keeps profiles equal to the log when the transaction fails at %s', async (table) => {
    const logged = async () => (await db.select().from(db.tables(servingTables).predictions)).length
    await predictionLog().drain()
    const before = await logged()
    await failAt(table)
    await one({ inputs: { ...booking, age: -1 } }).catch(() => undefined)
    const failed = await Promise.allSettled(bookings.slice(0, 10).map((inputs) => one({ inputs })))
    for (const result of failed) {
      expect(result).toMatchObject({ status: 'rejected', reason: { kind: 'unavailable', code: 'log_unavailable', retryAfterSeconds: 1 } })
    }
    await db.write((tx) => tx.execute(sql.raw(engine === 'sqlite' ? 'drop trigger full_disk' : `drop trigger full_disk on ${table}`)))
    expect(await logged()).toBe(before)
    await Promise.all(bookings.slice(0, 40).map((inputs) => one({ inputs })))
    for (const version of [first, second, prices]) {
      const { stored, recounted } = await recountProfiles(db, version.id, environment)
      expect(stored).toEqual(recounted)
    }
  })

  async function failAt(table: string): Promise<void> {
    const statements =
      engine === 'sqlite'
        ? [`create trigger full_disk before insert on ${table} begin select raise(abort, 'the disk is full'); end`]
        : [
            `create or replace function full_disk() returns trigger language plpgsql as $$ begin raise exception 'the disk is full'; end $$`,
            `create trigger full_disk before insert on ${table} for each row execute function full_disk()`,
          ]
    await db.write(async (tx) => {
      for (const statement of statements) await tx.execute(sql.raw(statement))
    })
  }

  it('counts refused calls by code, and drains them to disk', async () => {
    await predictionLog().drain()
    const { callErrors } = db.tables(servingTables)
    const rows = await db.select().from(callErrors).where(eq(callErrors.modelId, first.modelId))
    const counts = new Map(rows.map((row) => [row.code, row.count]))
    expect(counts.get('inputs_invalid')).toBe(11)
    expect(counts.get('rate_limited')).toBe(1)
    expect(counts.get('log_unavailable')).toBe(20)
    const hours = await hourlyTraffic(db, first.modelId, environment, 0, Number.MAX_SAFE_INTEGER)
    const rowsLogged = (await loggedPredictions(db)).filter(({ modelId }) => modelId === first.modelId).length
    expect(hours.reduce((sum, hour) => sum + hour.rows, 0)).toBe(rowsLogged)
    expect(hours.reduce((sum, hour) => sum + hour.errors, 0)).toBe(32)
    expect(hours[0]?.p50Ms).toBeGreaterThan(0)
  })

  it('sees a switch made elsewhere within a second', async () => {
    // Without the event, as on another replica.
    setOnce('events', undefined)
    const release = await rollback(approver, { model: CLINIC, environment, version: 2, reason: 'made elsewhere' })
    await vi.waitFor(async () => expect(await one({ inputs: booking })).toMatchObject({ version: 2, release: release.id }), { timeout: 1500, interval: 100 })
    expect(routing().known(CLINIC, environment)?.release?.id).toBe(release.id)
  })
})
