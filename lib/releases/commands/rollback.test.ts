import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { admin, approver, insertModel, insertVersion, operator, secondApprover } from '../testing/fixture'
import type { Database } from '@/lib/database'
import { ENGINES, openTestDatabase } from '@/lib/database/testing'
import { useSimulatedClock, useSystemClock, type SimulatedClock } from '@/lib/platform/clock'
import { currentReleases, listReleases, releaseInForce, releasesInForce, versionsReleasedBefore } from '../queries'
import { approvePromotion, requestPromotion, rollback } from '.'

const START = Date.UTC(2026, 4, 3, 10)
const HOUR = 3_600_000

describe.each(ENGINES)('rollback and timeline on %s', (engine) => {
  let db: Database
  let clock: SimulatedClock
  let count = 0
  beforeAll(async () => {
    clock = useSimulatedClock(START)
    db = await openTestDatabase(engine)
  })
  afterAll(async () => {
    useSystemClock()
    await db.close()
  })

  /** Version n is released to production at START + n hours. */
  async function modelWithReleases(versions: number) {
    const model = `rolled-${engine}-${++count}`
    const modelId = await insertModel(db, model)
    for (let number = 1; number <= versions; number++) {
      clock.set(START + number * HOUR)
      await insertVersion(db, modelId, number)
      const { id } = await requestPromotion(operator, { model, version: number, reason: `release ${number}` })
      await approvePromotion(approver, id)
    }
    clock.set(START + 24 * HOUR)
    const versionNow = async () => (await releaseInForce(db, modelId, 'production'))?.arms.map((arm) => arm.versionNumber)
    return { model, modelId, versionNow }
  }

  it('goes back one version, then further back, and never forward to what was left', async () => {
    const { model, modelId, versionNow } = await modelWithReleases(3)
    const release = await rollback(approver, { model, reason: 'prices too high' })
    expect(release).toMatchObject({ kind: 'rollback', sequence: 4, promotionId: null, reason: 'prices too high', startedByName: 'Ana Approver' })
    expect(await versionNow()).toEqual([2])
    await rollback(approver, { model, reason: 'still too high' })
    expect(await versionNow()).toEqual([1])
    await expect(rollback(approver, { model, reason: 'and again' })).rejects.toMatchObject({ kind: 'conflict', code: 'never_released' })
    expect((await versionsReleasedBefore(db, modelId, 'production')).map((version) => version.versionNumber)).toEqual([2, 3])
    const { releases } = await listReleases(db, modelId)
    expect(releases.map((each) => [each.sequence, each.rollbackToSequence])).toEqual([[5, 1], [4, 2], [3, null], [2, null], [1, null]])
    // Behind a rollback stands the promotion that had approved the version it went back to.
    expect(releases[1]?.promotion).toMatchObject({ versionNumber: 2, approvals: [{ userName: 'Ana Approver' }] })
  })

  it('goes to a chosen earlier version, but to none that was never released there', async () => {
    const { model, modelId, versionNow } = await modelWithReleases(3)
    await insertVersion(db, modelId, 4)
    await expect(rollback(approver, { model, version: 4, reason: 'try this' })).rejects.toMatchObject({ code: 'never_released' })
    await expect(rollback(approver, { model, version: 3, reason: 'no change' })).rejects.toMatchObject({ code: 'already_released' })
    await expect(rollback(approver, { model, environment: 'staging', reason: 'no release' })).rejects.toMatchObject({ code: 'nothing_released' })
    await rollback(approver, { model, version: 1, reason: 'the good one' })
    expect(await versionNow()).toEqual([1])
  })

  it('ends a canary at the champion', async () => {
    const { model, modelId, versionNow } = await modelWithReleases(2)
    await insertVersion(db, modelId, 3)
    const plan = { strategy: 'canary' as const, shareBasisPoints: 1000 }
    await approvePromotion(approver, (await requestPromotion(operator, { model, version: 3, plan, reason: 'try' })).id)
    expect(await versionNow()).toEqual([2, 3])
    // A challenger of 10 % was never the champion: its approval was for 10 %.
    await expect(rollback(approver, { model, version: 3, reason: 'all in' })).rejects.toMatchObject({ code: 'never_released' })
    await rollback(approver, { model, reason: 'odd prices' })
    expect(await versionNow()).toEqual([2])
  })

  it('is an approver’s, with a reason', async () => {
    const { model } = await modelWithReleases(2)
    await expect(rollback(operator, { model, reason: 'urgent' })).rejects.toMatchObject({ kind: 'forbidden' })
    await expect(rollback(admin, { model, reason: 'urgent' })).rejects.toMatchObject({ kind: 'forbidden' })
    await expect(rollback(approver, { model, reason: ' ' })).rejects.toMatchObject({ kind: 'invalid' })
  })

  it('happens once when two people roll back what they both see', async () => {
    const { model, modelId, versionNow } = await modelWithReleases(3)
    const inForce = (await releaseInForce(db, modelId, 'production'))?.id
    const results = await Promise.allSettled([
      rollback(approver, { model, inForce, reason: 'too high' }),
      rollback(secondApprover, { model, inForce, reason: 'too high' }),
    ])
    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(results.find((result) => result.status === 'rejected')?.reason).toMatchObject({ kind: 'conflict', code: 'release_switched' })
    expect(await versionNow()).toEqual([2])
  })

  it('switches in under a second', async () => {
    const { model } = await modelWithReleases(2)
    const before = performance.now()
    await rollback(approver, { model, reason: 'fast' })
    expect(performance.now() - before).toBeLessThan(1000)
  })

  it('answers what was in force at a time, since when, until when, approved by whom', async () => {
    const { model, modelId } = await modelWithReleases(2)
    await rollback(secondApprover, { model, reason: 'too high' })
    const at = async (time: number) => releaseInForce(db, modelId, 'production', time)
    expect(await at(START + HOUR - 1)).toBeNull()
    expect(await at(START + HOUR)).toMatchObject({ sequence: 1, startedAt: START + HOUR, endedAt: START + 2 * HOUR })
    expect(await at(START + 2 * HOUR - 1)).toMatchObject({ sequence: 1 })
    expect(await at(START + 2 * HOUR)).toMatchObject({ sequence: 2, endedAt: START + 24 * HOUR })
    expect(await at(START + 48 * HOUR)).toMatchObject({ sequence: 3, endedAt: null })
    const [then] = await releasesInForce(db, modelId, START + 3 * HOUR)
    expect(then).toMatchObject({ environment: 'production', arms: [{ versionNumber: 2 }], promotion: { approvals: [{ userName: 'Ana Approver' }] } })
    expect((await currentReleases(db, modelId)).map((release) => release.sequence)).toEqual([3])
    expect((await currentReleases(db)).filter((release) => release.modelId === modelId)).toHaveLength(1)
  })

  it('keeps one release a moment when the clock is set back', async () => {
    const { model, modelId, versionNow } = await modelWithReleases(2)
    clock.set(START)
    await rollback(approver, { model, reason: 'clock set back' })
    expect(await versionNow()).toEqual([1])
    expect(await releaseInForce(db, modelId, 'production', START + 2 * HOUR)).toMatchObject({ sequence: 2, endedAt: START + 2 * HOUR + 1 })
    expect((await listReleases(db, modelId)).releases.map((release) => release.sequence)).toEqual([3, 2, 1])
  })

  it('pages through the timeline without a gap', async () => {
    const { model, modelId } = await modelWithReleases(3)
    await rollback(approver, { model, reason: 'page four' })
    const seen: number[] = []
    let before: Parameters<typeof listReleases>[2] = { limit: 2 }
    for (;;) {
      const page = await listReleases(db, modelId, before)
      seen.push(...page.releases.map((release) => release.sequence))
      if (page.next === null) break
      before = { limit: 2, before: page.next }
    }
    expect(seen).toEqual([4, 3, 2, 1])
    expect((await listReleases(db, modelId, { environment: 'staging' })).releases).toEqual([])
  })
})
