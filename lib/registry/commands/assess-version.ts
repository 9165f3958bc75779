// Finds out how a version can be explained that was registered before this was done at registration: from its stored files.
import { eq } from 'drizzle-orm'
import { SYSTEM } from '@/lib/access/contract'
import { appendAuditEvent } from '@/lib/audit/commands'
import { database } from '@/lib/database'
import { notFound } from '@/lib/platform/errors'
import { readStoredFile } from '@/lib/platform/storage'
import { findModel, versionById } from '../queries'
import { registryTables } from '../tables'
import { prepareReference } from './prepare-reference'

const PARQUET_MAGIC = 'PAR1'

export async function assessVersion(versionId: string): Promise<void> {
  const db = await database()
  const version = await versionById(db, versionId)
  const model = version && (await findModel(db, version.modelId))
  if (!version || !model) throw notFound('version with this id', 'version_not_found')
  const artifact = await readStoredFile(version.artifactHash)
  const content = version.files.reference === undefined ? undefined : await readStoredFile(version.files.reference)
  const file = content && { fileName: isParquet(content) ? 'reference.parquet' : 'reference.csv', content }
  const { attributions, explainability, importance } = await prepareReference({ runtime: version.runtime, artifact }, version.signature, file, undefined)
  await db.write(async (tx) => {
    const { versions } = tx.tables(registryTables)
    await tx
      .update(versions)
      .set({ explainability, attributions, importance: importance ?? version.importance })
      .where(eq(versions.id, versionId))
    await appendAuditEvent(tx, {
      actor: SYSTEM,
      action: 'version.explained',
      target: { kind: 'version', id: version.id, name: `${model.slug} v${version.number}` },
      modelId: model.id,
      after: { explanations: explainability.kind, sentence: explainability.sentence },
    })
  })
}

function isParquet(content: Uint8Array): boolean {
  return Buffer.from(content.subarray(0, PARQUET_MAGIC.length)).toString('latin1') === PARQUET_MAGIC
}
