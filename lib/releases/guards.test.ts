// What the database refuses by itself, with the code that should have refused it left out.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eq, sql } from 'drizzle-orm'
import { approver, insertModel, insertVersion, operator } from './testing/fixture'
import type { Database } from '@/lib/database'
import { ENGINES, openTestDatabase } from '@/lib/database/testing'
import { now } from '@/lib/platform/clock'
import { newId } from '@/lib/platform/ids'
import { approvePromotion, requestPromotion } from './commands'
import { refusable } from './commands/refusals'
import { releasesTables } from './tables'

describe.each(ENGINES)('what the database refuses on %s', (engine) => {
  let db: Database
  let modelId: string
  let approvedId: string
  let waitingId: string
  let versions: string[]
  beforeAll(async () => {
    db = await openTestDatabase(engine)
    modelId = await insertModel(db)
    versions = [await insertVersion(db, modelId, 1), await insertVersion(db, modelId, 2)]
    approvedId = (await requestPromotion(operator, { model: 'price', version: 1, reason: 'first' })).id
    await approvePromotion(approver, approvedId)
    waitingId = (await requestPromotion(operator, { model: 'price', version: 2, reason: 'second' })).id
  })
  afterAll(() => db.close())

  const tables = () => db.tables(releasesTables)
  const release = (sequence: number) => ({
    id: newId(), modelId, environment: 'production', sequence, kind: 'promotion' as const, promotionId: null, rollbackTo: null,
    reason: 'by hand', startedAt: now(), startedBy: 'x', startedByName: 'x',
  })
  const arm = (releaseId: string, versionId = '') => ({ releaseId, versionId, role: 'champion' as const, shareBasisPoints: 10_000 })

  it('arms of a version whose promotion is not approved, or is approved for another environment', async () => {
    const inserted = (environment: string, versionId: string | undefined) =>
      refusable(db.write(async (tx) => {
        const row = { ...release(2), environment, sequence: environment === 'production' ? 2 : 1 }
        await tx.insert(tables().releases).values(row)
        await tx.insert(tables().releaseArms).values(arm(row.id, versionId))
      }))
    await expect(inserted('production', versions[1])).rejects.toMatchObject({ kind: 'conflict', code: 'promotion_missing' })
    await expect(inserted('staging', versions[0])).rejects.toMatchObject({ kind: 'conflict', code: 'promotion_missing' })
    await inserted('production', versions[0])
  })

  it('a promotion approved by hand, born approved, or with fewer approvals than its environment asks', async () => {
    const approve = (id: string) => refusable(db.write((tx) => tx.update(tables().promotions).set({ status: 'approved' }).where(eq(tables().promotions.id, id))))
    await expect(approve(waitingId)).rejects.toMatchObject({ kind: 'conflict', code: 'approvals_missing' })
    const own = { id: newId(), promotionId: waitingId, userId: operator.id, userName: 'x', decision: 'approve' as const, comment: '', at: now() }
    const byRequester = db.write(async (tx) => {
      await tx.insert(tables().approvals).values(own)
      await tx.update(tables().promotions).set({ status: 'approved' }).where(eq(tables().promotions.id, waitingId))
    })
    await expect(refusable(byRequester)).rejects.toMatchObject({ code: 'approvals_missing' })
    await expect(approve(approvedId)).rejects.toMatchObject({ code: 'promotion_already_decided' })

    const row = {
      id: newId(), modelId, versionId: versions[1] ?? '', environment: 'production', plan: { strategy: 'all-at-once' as const }, reason: 'x',
      requiredApprovals: 1, replaces: null, requestedBy: 'x', requestedByName: 'x', requestedAt: now(), decidedAt: null,
    }
    await expect(db.write((tx) => tx.insert(tables().promotions).values({ ...row, status: 'approved' }))).rejects.toThrow()
    const tooFew = db.write((tx) => tx.insert(tables().promotions).values({ ...row, status: 'pending', requiredApprovals: 0 }))
    await expect(refusable(tooFew)).rejects.toMatchObject({ code: 'approvals_too_few' })
  })

  it('a second release with the same number, a second decision by one person', async () => {
    await expect(refusable(db.write((tx) => tx.insert(tables().releases).values(release(1))))).rejects.toMatchObject({ code: 'release_switched' })
    const again = { id: newId(), promotionId: approvedId, userId: approver.id, userName: 'x', decision: 'reject' as const, comment: '', at: now() }
    await expect(refusable(db.write((tx) => tx.insert(tables().approvals).values(again)))).rejects.toMatchObject({ code: 'already_approved_by_you' })
  })

  it('changes of what happened', async () => {
    for (const statement of [
      sql`update releases set reason = 'other'`,
      sql`delete from release_arms`,
      sql`update approvals set comment = 'other'`,
      sql`delete from gate_results`,
      sql`update promotions set requested_by = 'other'`,
      sql`update promotions set replaces = 'other'`,
    ]) {
      await expect(db.write((tx) => tx.execute(statement))).rejects.toThrow()
    }
  })
})
