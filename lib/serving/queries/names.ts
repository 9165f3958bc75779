// What the ids in the usage table are called.
import type { Session } from '@/lib/database'
import { accessTables } from '@/lib/access/tables'
import { registryTables } from '@/lib/registry/tables'

export interface CallerName {
  kind: 'token' | 'user' | 'system'
  id: string
  /** Null where the reader may not know it, or nobody has it any more. */
  name: string | null
}

/** @param mayKnow the reader may see tokens; others are told apart by their ids */
export async function callerNames(db: Session, callers: Iterable<string>, mayKnow: boolean): Promise<Map<string, CallerName>> {
  const { tokens, users } = db.tables(accessTables)
  const names = new Map<string, string>()
  if (mayKnow) {
    for (const token of await db.select({ id: tokens.id, name: tokens.name }).from(tokens)) names.set(`token:${token.id}`, token.name)
    for (const user of await db.select({ id: users.id, name: users.name }).from(users)) names.set(`user:${user.id}`, user.name)
  }
  return new Map([...new Set(callers)].map((caller) => [caller, { ...partsOf(caller), name: names.get(caller) ?? null }]))
}

function partsOf(caller: string): Pick<CallerName, 'kind' | 'id'> {
  const colon = caller.indexOf(':')
  const kind = caller.slice(0, colon)
  return { kind: kind === 'token' || kind === 'user' ? kind : 'system', id: caller.slice(colon + 1) }
}

export interface ModelName {
  slug: string
  name: string
}

/** Of every model there was, by its id. */
export async function modelNames(db: Session): Promise<Map<string, ModelName>> {
  const { models } = db.tables(registryTables)
  const rows = await db.select({ id: models.id, slug: models.slug, name: models.name }).from(models)
  return new Map(rows.map(({ id, slug, name }) => [id, { slug, name }]))
}
