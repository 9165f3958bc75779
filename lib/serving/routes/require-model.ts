import type { Session } from '@/lib/database'
import { notFound } from '@/lib/platform/errors'
import { findModel } from '@/lib/registry/queries'

export async function requireModel(db: Session, name: string): Promise<{ id: string }> {
  const model = await findModel(db, name)
  if (!model) throw notFound(`model called ${name.slice(0, 64)}`, 'model_unknown')
  return model
}
