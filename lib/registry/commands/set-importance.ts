import { eq } from 'drizzle-orm'
import { SYSTEM } from '@/lib/access/contract'
import { appendAuditEvent } from '@/lib/audit/commands'
import { database } from '@/lib/database'
import { notFound } from '@/lib/platform/errors'
import type { Importance } from '../contract'
import { findModel, versionById } from '../queries'
import { registryTables } from '../tables'

/** Keeps a version's global importance, which Flightdeck computes itself after registration. */
export async function setImportance(versionId: string, importance: Importance): Promise<void> {
  const db = await database()
  await db.write(async (tx) => {
    const { versions } = tx.tables(registryTables)
    const version = await versionById(tx, versionId)
    const model = version && (await findModel(tx, version.modelId))
    if (!version || !model) throw notFound('version with this id', 'version_not_found')
    await tx.update(versions).set({ importance }).where(eq(versions.id, versionId))
    await appendAuditEvent(tx, {
      actor: SYSTEM,
      action: 'version.explained',
      target: { kind: 'version', id: version.id, name: `${model.slug} v${version.number}` },
      modelId: model.id,
      after: { method: importance.method, rows: importance.rows },
    })
  })
}
