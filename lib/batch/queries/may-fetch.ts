import type { Principal } from '@/lib/access/contract'
import { may } from '@/lib/access/rules'
import type { Session } from '@/lib/database'
import { versionById } from '@/lib/registry/queries'
import type { BatchJob, BatchResultFile } from '../contract'
import { isSensitiveFile } from '../rules'

/** Whoever began a job may fetch what it gave; of others, who may read sensitive values where the file can have any. */
export async function mayFetch(db: Session, actor: Principal | null, job: BatchJob, name: BatchResultFile['name']): Promise<boolean> {
  if (actor === null) return false
  if (actor.id === job.createdBy || may(actor, 'sensitive:read')) return true
  const version = job.version && (await versionById(db, job.version.id))
  return version ? !isSensitiveFile(name, job.mapping, job.options, version.signature.fields) : false
}
