// How the inputs of a version's rows are packed: read from its signature once, for a signature never changes.
import { inArray } from 'drizzle-orm'
import type { Session } from '@/lib/database'
import { registryTables } from '@/lib/registry/tables'
import { inputsLayout, NO_LAYOUT, type InputsLayout } from '../rules/packed-inputs'

const MOST_KEPT = 1000
const kept = new WeakMap<object, Map<string, InputsLayout>>()

/** Of each of these versions; one that is not in the registry has a layout without categories. */
export async function inputsLayouts(db: Session, versionIds: Iterable<string>): Promise<(versionId: string) => InputsLayout> {
  let known = kept.get(db.origin)
  if (!known) kept.set(db.origin, (known = new Map()))
  const found = new Map<string, InputsLayout>()
  const missing: string[] = []
  for (const id of new Set(versionIds)) {
    const layout = known.get(id)
    if (layout) found.set(id, layout)
    else missing.push(id)
  }
  if (missing.length > 0) {
    const { versions } = db.tables(registryTables)
    for (const { id, signature } of await db.select({ id: versions.id, signature: versions.signature }).from(versions).where(inArray(versions.id, missing))) {
      const layout = inputsLayout(signature)
      found.set(id, layout)
      known.set(id, layout)
    }
    for (const id of known.keys()) {
      if (known.size <= MOST_KEPT) break
      known.delete(id)
    }
  }
  return (versionId) => found.get(versionId) ?? NO_LAYOUT
}
