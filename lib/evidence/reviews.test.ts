// An auditor's review from the sample to its end, over a log of real decisions on both engines.
import { Hono } from 'hono'
import { and, eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { admin, approver, exampleRows, operator, registerExample, viewer } from '@/lib/serving/testing/fixture'
import { loggedPredictions, logPredictions } from '@/lib/serving/testing/predictions'
import type { Principal } from '@/lib/access/contract'
import type { ApiEnv } from '@/lib/access/http'
import { checkChain, listAuditEvents } from '@/lib/audit/queries'
import type { Database } from '@/lib/database'
import { ENGINES, openTestDatabase } from '@/lib/database/testing'
import { DAY_MS, now } from '@/lib/platform/clock'
import { problemResponse } from '@/lib/platform/problems'
import { newId } from '@/lib/platform/ids'
import type { Version } from '@/lib/registry/contract'
import { servingTables } from '@/lib/serving/tables'
import { noteCase, openCase } from './commands/review-cases'
import { exportReview } from './commands/review-export'
import { closeReview, createReview, previewReview } from './commands/reviews'
import type { OpenedCase, Review, ReviewCase, ReviewSelectionInput } from './contract'
import { caseVerdicts, listCases } from './queries/review-cases'
import { findReview, listReviews } from './queries/reviews'
import { reviewRoutes } from './routes/reviews'
import { evidenceTables } from './tables'

const auditor = { kind: 'user', id: 'u-auditor', name: 'Ravi Auditor', role: 'auditor' } satisfies Principal
const colleague = { ...auditor, id: 'u-colleague', name: 'Cora Colleague' } satisfies Principal
const MODEL = 'no-show-risk'
const COUNT = 1300

async function call<T>(principal: Principal | null, method: string, path: string, body?: unknown): Promise<{ status: number; body: T }> {
  const app = new Hono<ApiEnv>()
  app.onError((error) => problemResponse(error, 'test'))
  app.use(async (c, next) => {
    c.set('principal', principal)
    c.set('requestId', 'test')
    await next()
  })
  const response = await app.route('/', reviewRoutes).request(path, { method, ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }) })
  return { status: response.status, body: (await response.json()) as T }
}

describe.each(ENGINES)('reviews on %s', (engine) => {
  let db: Database
  let version: Version
  /** Oldest first; several in the same millisecond. */
  let logged: { id: string; at: number; score: number; insurance: unknown; age: unknown; environment: string }[]
  const start = now() - 10 * DAY_MS

  const selection = (part: Partial<ReviewSelectionInput> = {}): ReviewSelectionInput => ({ model: MODEL, from: start, to: start + 9 * DAY_MS, kind: 'random', size: 20, seed: 4, ...part })
  const create = (part: Partial<ReviewSelectionInput> = {}, name = 'Quarter 3') => createReview(auditor, { name, selection: selection(part) })
  const idsOf = async (review: Review) =>
    (await db.select({ id: db.tables(evidenceTables).reviewCases.predictionId }).from(db.tables(evidenceTables).reviewCases).where(eq(db.tables(evidenceTables).reviewCases.reviewId, review.id)).orderBy(db.tables(evidenceTables).reviewCases.position)).map((row) => row.id)

  beforeAll(async () => {
    db = await openTestDatabase(engine)
    version = await registerExample('clinic', 1)
    const rows = exampleRows('clinic', 60)
    const names = version.signature.fields.map((field) => field.name)
    logged = Array.from({ length: COUNT }, (_, index) => {
      const row = rows[index % rows.length] ?? {}
      return { id: newId(start + index), at: start + Math.floor(index / 7) * 1000, score: ((index * 37) % 100) / 100, insurance: row[CATEGORY] ?? null, age: row.age ?? null, environment: index % 13 === 0 ? 'staging' : 'production' }
    })
    await logPredictions(db, logged.map(({ id, at, score, environment }, index) => ({
      id, at, modelId: version.modelId, versionId: version.id, releaseId: 'none', environment, caller: 'user:u-operator', subject: `P-${index}`,
      inputs: names.map((name) => rows[index % rows.length]?.[name] ?? null), score, modelScore: score, latencyMicros: 100,
    })))
  })
  afterAll(() => db.close())

  const CATEGORY = 'insurance'
  const production = () => logged.filter((one) => one.environment === 'production')
  const threshold = () => version.signature.decision?.threshold ?? NaN

  it('counts before anything is created, and names no decision', async () => {
    const { status, body } = await call<Record<string, unknown>>(auditor, 'POST', '/reviews/preview', selection())
    expect(status).toBe(200)
    expect(body).toEqual({ population: production().length, cases: 20, strata: [{ stratum: null, population: production().length, cases: 20 }], stratifyBy: null, to: start + 9 * DAY_MS, refusal: null })
    expect(await previewReview(auditor, selection({ environment: 'staging' }))).toMatchObject({ population: COUNT - production().length })
    expect((await listReviews(db)).reviews).toHaveLength(0)
  })

  it('draws the same cases again from the same seed, and others from another', async () => {
    const [first, again, other] = [await create(), await create(), await create({ seed: 5 })]
    const ids = await idsOf(first)
    expect(ids).toHaveLength(20)
    expect(new Set(ids).size).toBe(20)
    expect(await idsOf(again)).toEqual(ids)
    expect(await idsOf(other)).not.toEqual(ids)
    const known = new Set(production().map((one) => one.id))
    expect(ids.every((id) => known.has(id))).toBe(true)
    const fresh = await createReview(auditor, { name: 'x', selection: { ...selection(), seed: undefined } })
    expect(fresh.selection.seed).toBeGreaterThanOrEqual(0)
  })

  it('finds every decision once, across pages and within one millisecond', async () => {
    const parts = [selection({ kind: 'all', to: start + 60_000 }), selection({ kind: 'all', from: start + 60_000 })]
    const counts = await Promise.all(parts.map((part) => previewReview(auditor, part)))
    expect(counts.reduce((sum, one) => sum + one.population, 0)).toBe(production().length)
    const early = await create({ kind: 'all', size: null, to: start + 60_000 })
    expect(await idsOf(early)).toEqual(production().filter((one) => one.at < start + 60_000).map((one) => one.id))
  })

  it('takes all refusals of a group', async () => {
    const value = String(logged[1]?.insurance)
    const expected = production().filter((one) => one.score >= threshold() && String(one.insurance) === value)
    const review = await create({ kind: 'all', size: null, decision: 'above', group: { field: CATEGORY, value } })
    expect(await idsOf(review)).toEqual(expected.map((one) => one.id))
    expect(review.population).toBe(expected.length)
    const young = await previewReview(auditor, selection({ kind: 'all', decision: 'below', group: { field: 'age', min: 20, max: 39 } }))
    expect(young.population).toBe(production().filter((one) => one.score < threshold() && Number(one.age) >= 20 && Number(one.age) <= 39).length)
    expect(young.population).toBeGreaterThan(0)
  })

  it('draws from every group, by decision, by value and by band', async () => {
    const above = production().filter((one) => one.score >= threshold()).length
    const review = await create({ kind: 'stratified', size: 12, stratifyBy: 'decision' })
    expect(review.selection.strata).toEqual([
      { stratum: 'above', population: above, cases: 12 },
      { stratum: 'below', population: production().length - above, cases: 12 },
    ])
    const { cases } = await listCases(db, review.id, { limit: 50 })
    expect(cases.map((one) => one.stratum)).toEqual([...Array<string>(12).fill('above'), ...Array<string>(12).fill('below')])
    for (const one of cases) {
      const score = logged.find((each) => each.id === one.predictionId)?.score ?? NaN
      expect(score >= threshold()).toBe(one.stratum === 'above')
    }
    const byValue = await previewReview(auditor, selection({ kind: 'stratified', size: 5, stratifyBy: { field: CATEGORY } }))
    expect(byValue.strata.map((one) => one.population)).toEqual(byValue.strata.map(({ stratum }) => production().filter((one) => String(one.insurance ?? '') === stratum).length))
    const byBand = await create({ kind: 'stratified', size: 5, stratifyBy: { field: 'age' } })
    expect(byBand.selection.stratifyBy).toMatchObject({ field: 'age', cuts: [expect.any(Number), expect.any(Number), expect.any(Number), expect.any(Number)] })
    expect(byBand.selection.strata.length).toBeGreaterThan(3)
    expect(byBand.selection.strata.reduce((sum, one) => sum + one.population, 0)).toBe(production().length)
  })

  it('ends a minute ago, so that the sample can be repeated', async () => {
    const review = await create({ to: now() + DAY_MS })
    expect(review.selection.to).toBeLessThanOrEqual(now() - 60_000)
    await expect(previewReview(auditor, selection({ from: now() - 1000, to: now() + 1000 }))).rejects.toMatchObject({ code: 'review_too_early' })
  })

  it.each([
    ['an unknown model', { model: 'none' }, 404, 'model_unknown'],
    ['an unknown environment', { environment: 'moon' }, 404, 'environment_unknown'],
    ['a field that the model has not', { group: { field: 'shoe', value: '1' } }, 422, 'review_field_unknown'],
    ['a period that ends before it begins', { to: 5 }, 422, 'invalid'],
    ['no size', { size: null }, 422, 'invalid'],
    ['groups of nothing', { kind: 'stratified', stratifyBy: null }, 422, 'invalid'],
    ['too many cases', { size: 1001 }, 422, 'invalid'],
    ['nothing', { decision: 'none' }, 422, 'review_empty'],
    ['more than can be looked at', { kind: 'all' }, 422, 'review_too_large'],
    ['a range without ends', { group: { field: 'age', min: null, max: null } }, 422, 'invalid'],
  ])('refuses %s', async (_, part, status, code) => {
    const answer = await call<{ code: string }>(auditor, 'POST', '/reviews', { name: 'x', selection: selection(part as Partial<ReviewSelectionInput>) })
    expect([answer.status, answer.body.code]).toEqual([status, code])
  })

  it('refuses groups without end, and a period with more decisions than it walks through', async () => {
    const { profiles } = db.tables(servingTables)
    const names = version.signature.fields.map((field) => field.name)
    await logPredictions(db, Array.from({ length: 60 }, (_, index) => ({
      id: newId(), at: start + 8 * DAY_MS, modelId: version.modelId, versionId: version.id, environment: 'staging', caller: 'user:u-operator',
      inputs: names.map(() => `value ${index}`), score: 0.5, latencyMicros: 100,
    })))
    const part = selection({ environment: 'staging', kind: 'stratified', size: 1, stratifyBy: { field: CATEGORY } })
    expect((await previewReview(auditor, part)).refusal).toContain('more than 50 groups')
    await expect(createReview(auditor, { name: 'x', selection: part })).rejects.toMatchObject({ code: 'review_strata_too_many' })
    const profile = { versionId: 'v', environment: 'production', hour: start, writer: 'w', modelId: version.modelId, rows: 5_000_001, guarded: 0, profile: new Uint8Array(1), latency: new Uint8Array(1), attributions: null, explained: 0 }
    await db.write((tx) => tx.insert(profiles).values({ ...profile, hour: start - (start % 3_600_000) }))
    await expect(previewReview(auditor, selection())).rejects.toMatchObject({ code: 'review_too_wide' })
    await db.write((tx) => tx.execute(sql`delete from profiles where version_id = 'v'`))
  })

  it('opens a case with everything behind the decision, and keeps once that a person did', async () => {
    const review = await create()
    const [first] = await idsOf(review)
    const { status, body } = await call<OpenedCase>(auditor, 'POST', `/reviews/${review.id}/cases/1/open`)
    expect(status).toBe(200)
    expect(body).toMatchObject({ position: 1, predictionId: first, verdict: null, note: '', decision: { id: first, model: { slug: MODEL }, version: 1 } })
    expect(body.decision?.shownInputs.some((input) => input.isMasked)).toBe(false)
    await Promise.all([openCase(auditor, review.id, 1), openCase(auditor, review.id, 1), openCase(colleague, review.id, 1), openCase(colleague, review.id, 1)])
    await openCase(approver, review.id, 2)
    const opened = (await listAuditEvents(db, { action: 'review.case_opened' })).events.filter((event) => event.targetId.startsWith(review.id))
    expect(opened.map((event) => [event.actorName, event.targetId.split('/')[1]]).sort()).toEqual([[approver.name, '2'], [colleague.name, '1'], [auditor.name, '1']].sort())
    expect(opened.every((event) => event.modelId === version.modelId)).toBe(true)
    expect((await call<{ code: string }>(auditor, 'POST', `/reviews/${review.id}/cases/21/open`)).body.code).toBe('case_unknown')
    expect((await call<{ code: string }>(auditor, 'POST', `/reviews/${review.id}/cases/0/open`)).body.code).toBe('case_unknown')
  })

  it('keeps verdict and note with an event in the same transaction, and overwrites nobody', async () => {
    const review = await create()
    const first = await noteCase(auditor, review.id, 3, { verdict: 'concern', note: 'Age seems to decide alone', seenAt: null })
    expect(first).toMatchObject({ position: 3, verdict: 'concern', note: 'Age seems to decide alone', notedByName: auditor.name })
    await expect(noteCase(colleague, review.id, 3, { verdict: 'in-order', note: 'Fine', seenAt: null })).rejects.toMatchObject({ kind: 'conflict', code: 'case_noted_meanwhile' })
    const second = await noteCase(colleague, review.id, 3, { verdict: 'in-order', note: 'Fine', seenAt: first.notedAt })
    expect(second.notedByName).toBe(colleague.name)
    expect(await noteCase(auditor, review.id, 3, { verdict: 'in-order', note: 'Fine' })).toEqual(second)
    const events = (await listAuditEvents(db, { targetKind: 'review', targetId: `${review.id}/3` })).events
    expect(events.map((event) => [event.actorName, event.before, event.after])).toEqual([
      [colleague.name, { verdict: 'concern', note: 'Age seems to decide alone' }, { verdict: 'in-order', note: 'Fine' }],
      [auditor.name, { verdict: null, note: '' }, { verdict: 'concern', note: 'Age seems to decide alone' }],
    ])
    expect((await findReview(db, review.id))?.progress).toEqual({ cases: 20, inOrder: 1, concern: 0, nextOpen: 1 })
    expect((await checkChain(db)).isIntact).toBe(true)
  })

  it('lists cases by verdict, sorted and paged', async () => {
    const review = await create()
    await noteCase(auditor, review.id, 5, { verdict: 'concern', note: 'a' })
    await noteCase(auditor, review.id, 2, { verdict: 'in-order', note: 'b' })
    expect(await caseVerdicts(db, review.id, 'concern')).toEqual([{ position: 5, verdict: 'concern' }])
    expect(await caseVerdicts(db, review.id, 'open')).toHaveLength(18)
    const byVerdict = await listCases(db, review.id, { sort: 'verdict', limit: 3 })
    expect(byVerdict.cases.map((one) => one.verdict)).toEqual(['concern', 'in-order', null])
    const down = await listCases(db, review.id, { sort: 'noted', descending: true, limit: 3 })
    expect(down.cases.map((one) => one.position)).toEqual([2, 5, 1])
    const scores = (await listCases(db, review.id, { sort: 'score', descending: true })).cases.map((one) => logged.find((each) => each.id === one.predictionId)?.score ?? NaN)
    expect(scores).toEqual([...scores].sort((a, b) => b - a))
    const times = (await listCases(db, review.id, { sort: 'decided' })).cases.map((one) => one.decision?.at ?? NaN)
    expect(times).toEqual([...times].sort((a, b) => a - b))
    type Page = { cases: ReviewCase[]; total: number; nextCursor: string | null }
    const first = await call<Page>(approver, 'GET', `/reviews/${review.id}/cases?limit=15`)
    expect([first.body.cases.length, first.body.total]).toEqual([15, 20])
    expect(first.body.cases[0]?.decision?.answer).toMatch(/^Probability/)
    const rest = await call<Page>(approver, 'GET', `/reviews/${review.id}/cases?limit=15&cursor=${first.body.nextCursor}`)
    expect(rest.body.cases.map((one) => one.position)).toEqual([16, 17, 18, 19, 20])
    expect(rest.body.nextCursor).toBeNull()
  })

  it('says where the log has a prediction no more', async () => {
    const review = await create()
    const { reviewCases } = db.tables(evidenceTables)
    await db.write((tx) => tx.update(reviewCases).set({ predictionId: 'gone' }).where(and(eq(reviewCases.reviewId, review.id), eq(reviewCases.position, 1))))
    expect((await listCases(db, review.id)).cases[0]?.decision).toBeNull()
    expect((await openCase(auditor, review.id, 1)).decision).toBeNull()
  })

  it('can be read and not changed once it is closed', async () => {
    const review = await create()
    await noteCase(auditor, review.id, 1, { verdict: 'concern', note: 'kept' })
    const closed = await call<Review>(auditor, 'POST', `/reviews/${review.id}/close`)
    expect(closed.body.closedAt).not.toBeNull()
    await expect(noteCase(auditor, review.id, 1, { verdict: 'in-order', note: 'changed' })).rejects.toMatchObject({ kind: 'conflict', code: 'review_closed' })
    await expect(closeReview(auditor, review.id)).rejects.toMatchObject({ code: 'review_closed' })
    expect(await openCase(auditor, review.id, 1)).toMatchObject({ verdict: 'concern', note: 'kept' })
    const [event] = (await listAuditEvents(db, { action: 'review.closed' })).events
    expect(event).toMatchObject({ targetId: review.id, after: { cases: 20, inOrder: 0, concern: 1, open: 19 } })
    expect((await listAuditEvents(db, { action: 'review.closed' })).events).toHaveLength(1)
  })

  it('exports what was found with the evidence of every decision, signed, and says so', async () => {
    const review = await create({ kind: 'stratified', size: 2, stratifyBy: 'decision', seed: 11 })
    await noteCase(auditor, review.id, 2, { verdict: 'concern', note: 'Die Begründung fehlt' })
    const ids = await idsOf(review)
    const { id, fileName, text, sha256, bundle } = await exportReview(auditor, review.id)
    expect(fileName).toBe(`review-${review.id}.json`)
    const { content } = JSON.parse(text) as { content: Record<string, Record<string, Record<string, unknown>>> }
    expect(content.review?.selection).toMatchObject({ kind: 'stratified', seed: 11, size: 2, environment: 'production', from: new Date(start).toISOString() })
    expect(content.review?.sample).toMatchObject({ population: review.population, strata: review.selection.strata, cases: 4 })
    expect(content.review?.found).toEqual({ inOrder: 0, concern: 1, open: 3 })
    expect(Object.values(content.cases ?? {}).map((one) => one.prediction)).toEqual(ids)
    expect(content.cases?.['2']).toMatchObject({ verdict: 'concern', note: 'Die Begründung fehlt', notedBy: auditor.name, stratum: 'above' })
    expect(Object.keys(content.predictions ?? {}).sort()).toEqual([...ids].sort())
    expect(Object.keys(bundle.manifest)).toEqual(expect.arrayContaining(['review', 'cases', 'predictions']))
    const [event] = (await listAuditEvents(db, { action: 'review.exported' })).events
    expect(event).toMatchObject({ actorName: auditor.name, targetId: review.id, after: { evidence: id, sha256, cases: 4, isClosed: false } })
    // Notes are in the file that was asked for, and in no other evidence of the model.
    const events = JSON.stringify((bundle.content as Record<string, unknown>).events)
    expect(events).not.toContain('Die Begründung fehlt')
    expect((await call(operator, 'POST', `/reviews/${review.id}/export`)).status).toBe(403)
  })

  it('notes nothing after the end, whichever comes first of the two', async () => {
    const review = await create()
    const results = await Promise.allSettled([closeReview(auditor, review.id), ...[1, 2, 3].map((position) => noteCase(auditor, review.id, position, { verdict: 'concern', note: 'late' }))])
    const kept = results.slice(1).filter((one) => one.status === 'fulfilled').length
    const [event] = (await listAuditEvents(db, { action: 'review.closed', targetId: review.id })).events
    expect(event?.after).toMatchObject({ concern: kept })
    expect((await findReview(db, review.id))?.progress.concern).toBe(kept)
  })

  it('is written by auditors, read by who reads the audit chain, and by nobody else', async () => {
    const review = await create()
    for (const person of [viewer, operator, approver, admin, null]) {
      const status = person === null ? 401 : 403
      expect((await call(person, 'POST', '/reviews', { name: 'x', selection: selection() })).status).toBe(status)
      expect((await call(person, 'POST', '/reviews/preview', selection())).status).toBe(status)
      expect((await call(person, 'PUT', `/reviews/${review.id}/cases/1`, { verdict: null, note: 'x' })).status).toBe(status)
      expect((await call(person, 'POST', `/reviews/${review.id}/close`)).status).toBe(status)
      const reads = person === approver || person === admin ? 200 : status
      for (const path of ['/reviews', `/reviews/${review.id}`, `/reviews/${review.id}/cases`]) expect((await call(person, 'GET', path)).status).toBe(reads)
      expect((await call(person, 'POST', `/reviews/${review.id}/cases/1/open`)).status).toBe(reads)
    }
    expect((await call<{ code: string }>(auditor, 'GET', '/reviews/none')).body.code).toBe('review_unknown')
  })

  it('pages the list of reviews, and leaves decisions as they were', async () => {
    const all = await call<{ reviews: Review[] }>(approver, 'GET', '/reviews?limit=200')
    const first = await call<{ reviews: Review[]; nextCursor: string }>(approver, 'GET', '/reviews?limit=2')
    const second = await call<{ reviews: Review[] }>(approver, 'GET', `/reviews?limit=2&cursor=${first.body.nextCursor}`)
    expect([...first.body.reviews, ...second.body.reviews].map((one) => one.id)).toEqual(all.body.reviews.slice(0, 4).map((one) => one.id))
    const left = (await loggedPredictions(db)).filter(({ environment }) => environment === 'production')
    expect(left.map(({ id, score }) => ({ id, score }))).toEqual(production().map(({ id, score }) => ({ id, score })))
  })
})
