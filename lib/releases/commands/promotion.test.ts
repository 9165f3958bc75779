import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { admin, approver, insertModel, insertVersion, operator, otherOperator, secondApprover, viewer } from '../testing/fixture'
import { listAuditEvents } from '@/lib/audit/queries'
import type { Database } from '@/lib/database'
import { ENGINES, openTestDatabase } from '@/lib/database/testing'
import { useSimulatedClock, useSystemClock, type SimulatedClock } from '@/lib/platform/clock'
import { subscribe } from '@/lib/platform/events'
import { countPendingPromotions, findPromotion, listPromotions, listReleases, pendingPromotions, releaseInForce } from '../queries'
import { approvePromotion, cancelPromotion, rejectPromotion, requestPromotion, rollback, setPolicy } from '.'

const START = Date.UTC(2026, 4, 3, 10)

describe.each(ENGINES)('promotion on %s', (engine) => {
  let db: Database
  let clock: SimulatedClock
  let count = 0

  beforeAll(async () => {
    clock = useSimulatedClock(START)
    db = await openTestDatabase(engine)
  })
  afterEach(() => clock.set(START))
  afterAll(async () => {
    useSystemClock()
    await db.close()
  })

  /** A model of its own with versions 1 to 3, of which 1 serves in production. */
  async function modelInProduction() {
    const model = `price-${engine}-${++count}`
    const modelId = await insertModel(db, model)
    const versions = [await insertVersion(db, modelId, 1), await insertVersion(db, modelId, 2), await insertVersion(db, modelId, 3)]
    const first = await requestPromotion(operator, { model, version: 1, reason: 'first version' })
    await approvePromotion(approver, first.id)
    return { model, modelId, versions }
  }

  async function releasesOf(modelId: string) {
    return (await listReleases(db, modelId)).releases
  }

  it('releases with the last approval, tells who listens, and is written to the audit chain', async () => {
    const { model, modelId, versions } = await modelInProduction()
    const heard: string[] = []
    const stop = subscribe('release.started', async (event) => {
      // Who listens may rely on the release being there.
      heard.push(`${event.environment}:${(await releaseInForce(db, event.modelId, event.environment))?.sequence}`)
    })
    clock.set(START + 60_000)
    const requested = await requestPromotion(operator, { model, version: 2, reason: 'more accurate' })
    expect(requested).toMatchObject({ status: 'pending', requiredApprovals: 1, environment: 'production', releaseId: null })
    expect(requested.gates.map((result) => [result.gate, result.verdict])).toEqual([
      ['signature-compatible', 'passed'],
      ['reference-rows-answered', 'passed'],
    ])
    expect((await pendingPromotions(db)).map((promotion) => promotion.id)).toContain(requested.id)
    expect((await releaseInForce(db, modelId, 'production'))?.arms[0]?.versionNumber).toBe(1)

    clock.set(START + 120_000)
    const approved = await approvePromotion(approver, requested.id, { comment: 'looks good' })
    stop()
    expect(approved).toMatchObject({ status: 'approved', decidedAt: START + 120_000 })
    expect(approved.approvals).toMatchObject([{ userName: 'Ana Approver', decision: 'approve', comment: 'looks good' }])
    expect(heard).toEqual(['production:2'])
    expect(await releaseInForce(db, modelId, 'production')).toMatchObject({
      id: approved.releaseId,
      sequence: 2,
      kind: 'promotion',
      promotionId: requested.id,
      reason: 'more accurate',
      startedAt: START + 120_000,
      endedAt: null,
      arms: [{ versionId: versions[1], versionNumber: 2, role: 'champion', shareBasisPoints: 10_000 }],
    })
    const { events } = await listAuditEvents(db, { modelId })
    expect(events.slice(0, 3).map((event) => event.action)).toEqual(['release.started', 'promotion.approved', 'promotion.requested'])
    expect(events[0]).toMatchObject({
      actorName: 'Ana Approver',
      before: { sequence: 1, arms: [{ version: 1 }] },
      after: { sequence: 2, arms: [{ version: 2, shareBasisPoints: 10_000 }] },
    })
  })

  it('keeps out who may not: requester, viewer, operator, and an approver twice', async () => {
    const { model, modelId } = await modelInProduction()
    await setPolicy(admin, model, 'production', { requiredApprovals: 2, gates: [] })
    await expect(requestPromotion(viewer, { model, version: 2, reason: 'please' })).rejects.toMatchObject({ kind: 'forbidden' })
    await expect(requestPromotion(null, { model, version: 2, reason: 'please' })).rejects.toMatchObject({ kind: 'unauthenticated' })
    const { id } = await requestPromotion(operator, { model, version: 2, reason: 'more accurate' })
    await expect(approvePromotion(operator, id)).rejects.toMatchObject({ kind: 'forbidden', code: 'permission_missing' })
    // The role of the requester changed to approver meanwhile: still not theirs to decide.
    await expect(approvePromotion({ ...operator, role: 'approver' }, id)).rejects.toMatchObject({ code: 'own_promotion' })
    await expect(rejectPromotion({ ...operator, role: 'approver' }, id, { comment: 'changed my mind' })).rejects.toMatchObject({ code: 'own_promotion' })
    expect(await approvePromotion(approver, id)).toMatchObject({ status: 'pending' })
    await expect(approvePromotion(approver, id)).rejects.toMatchObject({ code: 'already_approved_by_you' })
    expect(await releasesOf(modelId)).toHaveLength(1)
    expect(await approvePromotion(secondApprover, id)).toMatchObject({ status: 'approved' })
    expect(await releasesOf(modelId)).toHaveLength(2)
  })

  it('lets one of two approvers win and tells the other', async () => {
    const { model, modelId } = await modelInProduction()
    const { id } = await requestPromotion(operator, { model, version: 2, reason: 'more accurate' })
    const results = await Promise.allSettled([approvePromotion(approver, id), approvePromotion(secondApprover, id)])
    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected'])
    const [lost] = results.filter((result) => result.status === 'rejected')
    expect(lost?.reason).toMatchObject({ kind: 'conflict', code: 'promotion_already_decided' })
    expect(await releasesOf(modelId)).toHaveLength(2)
    expect((await findPromotion(db, id))?.approvals).toHaveLength(1)
  })

  it('counts both of two approvals that come at once when two are needed', async () => {
    const { model, modelId } = await modelInProduction()
    await setPolicy(admin, model, 'production', { requiredApprovals: 2, gates: [] })
    const { id } = await requestPromotion(operator, { model, version: 2, reason: 'more accurate' })
    await Promise.all([approvePromotion(approver, id), approvePromotion(secondApprover, id)])
    expect(await releasesOf(modelId)).toHaveLength(2)
  })

  it('ends in a conflict when approve and cancel, approve and reject or two requests meet', async () => {
    const { model, modelId } = await modelInProduction()
    const { id } = await requestPromotion(operator, { model, version: 2, reason: 'more accurate' })
    await expect(requestPromotion(operator, { model, version: 2, reason: 'again' })).rejects.toMatchObject({ code: 'already_requested' })
    await expect(cancelPromotion(otherOperator, id)).rejects.toMatchObject({ kind: 'forbidden', code: 'not_your_promotion' })
    expect(await cancelPromotion(operator, id, { comment: 'found a bug' })).toMatchObject({ status: 'cancelled' })
    await expect(approvePromotion(approver, id)).rejects.toMatchObject({ kind: 'conflict', code: 'promotion_already_decided' })
    await expect(cancelPromotion(operator, id)).rejects.toMatchObject({ code: 'promotion_already_decided' })

    const second = await requestPromotion(operator, { model, version: 2, reason: 'bug mended' })
    await expect(rejectPromotion(approver, second.id, { comment: '' })).rejects.toMatchObject({ kind: 'invalid' })
    expect(await rejectPromotion(approver, second.id, { comment: 'not fair to renters' })).toMatchObject({ status: 'rejected' })
    await expect(approvePromotion(secondApprover, second.id)).rejects.toMatchObject({ code: 'promotion_already_decided' })
    expect(await releasesOf(modelId)).toHaveLength(1)
  })

  it('lets an administrator cancel for somebody else', async () => {
    const { model } = await modelInProduction()
    const { id } = await requestPromotion(operator, { model, version: 2, reason: 'more accurate' })
    expect(await cancelPromotion(admin, id)).toMatchObject({ status: 'cancelled' })
  })

  it('refuses what would change nothing or cannot be', async () => {
    const { model } = await modelInProduction()
    await expect(requestPromotion(operator, { model, version: 1, reason: 'again' })).rejects.toMatchObject({ code: 'already_released' })
    await expect(requestPromotion(operator, { model, version: 9, reason: 'what' })).rejects.toMatchObject({ code: 'version_not_found' })
    await expect(requestPromotion(operator, { model: 'nothing', version: 1, reason: 'what' })).rejects.toMatchObject({ code: 'model_not_found' })
    await expect(requestPromotion(operator, { model, version: 2, environment: 'moon', reason: 'what' })).rejects.toMatchObject({ code: 'environment_not_found' })
    const canary = { strategy: 'canary' as const, shareBasisPoints: 500 }
    await expect(requestPromotion(operator, { model, version: 2, environment: 'staging', plan: canary, reason: 'try' })).rejects.toMatchObject({ code: 'no_champion' })
    await expect(approvePromotion(approver, 'nothing')).rejects.toMatchObject({ code: 'promotion_not_found' })
  })

  it('releases to staging at once, where no approval is needed', async () => {
    const { model, modelId } = await modelInProduction()
    const promotion = await requestPromotion(operator, { model, version: 2, environment: 'staging', reason: 'try it' })
    expect(promotion).toMatchObject({ status: 'approved', requiredApprovals: 0 })
    expect(await releaseInForce(db, modelId, 'staging')).toMatchObject({ sequence: 1, arms: [{ versionNumber: 2 }] })
    expect(await releaseInForce(db, modelId, 'production')).toMatchObject({ sequence: 1, arms: [{ versionNumber: 1 }] })
  })

  it('gives a canary its share, keeps the champion the rest, and widens later', async () => {
    const { model, modelId } = await modelInProduction()
    const canary = (shareBasisPoints: number) => ({ model, version: 2, plan: { strategy: 'canary' as const, shareBasisPoints }, reason: 'try on few' })
    await approvePromotion(approver, (await requestPromotion(operator, canary(500))).id)
    expect((await releaseInForce(db, modelId, 'production'))?.arms).toMatchObject([
      { versionNumber: 1, role: 'champion', shareBasisPoints: 9500 },
      { versionNumber: 2, role: 'challenger', shareBasisPoints: 500 },
    ])
    await expect(requestPromotion(operator, canary(500))).rejects.toMatchObject({ code: 'already_released' })
    await approvePromotion(approver, (await requestPromotion(operator, canary(2500))).id)
    expect((await releaseInForce(db, modelId, 'production'))?.arms.map((arm) => arm.shareBasisPoints)).toEqual([7500, 2500])
    await approvePromotion(approver, (await requestPromotion(operator, { model, version: 2, reason: 'it holds' })).id)
    expect((await releaseInForce(db, modelId, 'production'))?.arms).toMatchObject([{ versionNumber: 2, role: 'champion', shareBasisPoints: 10_000 }])
  })

  it('does not approve on evidence about a version that no longer serves', async () => {
    const { model, modelId } = await modelInProduction()
    const second = await requestPromotion(operator, { model, version: 2, reason: 'more accurate' })
    const third = await requestPromotion(operator, { model, version: 3, reason: 'even more' })
    await approvePromotion(approver, second.id)
    await expect(approvePromotion(approver, third.id)).rejects.toMatchObject({ kind: 'conflict', code: 'evidence_outdated' })
    await rollback(approver, { model, reason: 'second was slow' })
    // Version 1 serves again, which is what the evidence compares with.
    expect(await approvePromotion(approver, third.id)).toMatchObject({ status: 'approved' })
    expect((await releasesOf(modelId))[0]).toMatchObject({ sequence: 4, arms: [{ versionNumber: 3 }] })
  })

  it('lists by status and model, page by page', async () => {
    const { model, modelId } = await modelInProduction()
    const waiting = await requestPromotion(operator, { model, version: 2, reason: 'more accurate' })
    const other = await requestPromotion(operator, { model, version: 3, reason: 'even more' })
    await cancelPromotion(operator, other.id)
    const idsOf = async (filter: Parameters<typeof listPromotions>[1]) => (await listPromotions(db, filter)).promotions.map(({ id }) => id)
    expect(await idsOf({ modelId, status: 'pending' })).toEqual([waiting.id])
    expect(await idsOf({ modelId, status: 'cancelled' })).toEqual([other.id])
    const firstPage = await listPromotions(db, { modelId, limit: 2 })
    expect(firstPage.promotions.map(({ id }) => id)).toEqual([other.id, waiting.id])
    expect(firstPage.next).not.toBeNull()
    const secondPage = await listPromotions(db, { modelId, limit: 2, before: firstPage.next ?? undefined })
    expect(secondPage.promotions).toHaveLength(1)
    expect(secondPage.next).toBeNull()
    expect(await countPendingPromotions(db)).toBe((await pendingPromotions(db)).length)
  })
})
