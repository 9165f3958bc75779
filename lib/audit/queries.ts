// Reading and checking the audit chain.
import { and, asc, desc, eq, gt, gte, lt, lte, or, sql } from 'drizzle-orm'
import type { Session } from '@/lib/database'
import { likeStart, likeText } from '@/lib/database/like'
import type { AuditEvent, ChainCheck } from './contract'
import { ChainWalk } from './rules'
import { auditTables } from './tables'

const PAGE = 2000

/** Reads the whole chain in order and checks every link. */
export async function checkChain(db: Session): Promise<ChainCheck> {
  const { auditEvents, auditHead } = db.tables(auditTables)
  const walk = new ChainWalk()
  // The head first: events appended meanwhile lie behind it and are left for the next check.
  const [head] = await db.select().from(auditHead).where(eq(auditHead.id, 1))
  const end = { sequence: head?.sequence ?? 0, hash: head?.hash ?? '' }
  let after = 0
  for (;;) {
    const page = await db
      .select()
      .from(auditEvents)
      .where(and(gt(auditEvents.sequence, after), lte(auditEvents.sequence, end.sequence)))
      .orderBy(asc(auditEvents.sequence))
      .limit(PAGE)
    for (const event of page) walk.next(event)
    const last = page.at(-1)
    if (!last || page.length < PAGE) return walk.end(end)
    after = last.sequence
  }
}

export interface AuditFilter {
  text?: string
  action?: string
  actorId?: string
  modelId?: string
  targetKind?: string
  targetId?: string
  from?: number
  to?: number
  /** Events before this sequence number: the cursor of the page before. */
  before?: number
  limit?: number
}

export interface AuditPage {
  events: AuditEvent[]
  nextBefore: number | null
}

export async function listAuditEvents(db: Session, filter: AuditFilter): Promise<AuditPage> {
  const { auditEvents } = db.tables(auditTables)
  const limit = Math.min(filter.limit ?? 50, 1000)
  const wanted = filter.text?.trim().toLowerCase()
  const conditions = [
    wanted
      ? or(...[auditEvents.targetName, auditEvents.actorName, auditEvents.action, auditEvents.reason].map((column) => sql`lower(coalesce(${column}, '')) ${likeText(wanted)}`))
      : undefined,
    filter.action ? sql`${auditEvents.action} ${likeStart(filter.action)}` : undefined,
    filter.actorId ? eq(auditEvents.actorId, filter.actorId) : undefined,
    filter.modelId ? eq(auditEvents.modelId, filter.modelId) : undefined,
    filter.targetKind ? eq(auditEvents.targetKind, filter.targetKind) : undefined,
    filter.targetId ? eq(auditEvents.targetId, filter.targetId) : undefined,
    filter.from === undefined ? undefined : gte(auditEvents.at, filter.from),
    filter.to === undefined ? undefined : lt(auditEvents.at, filter.to),
    filter.before === undefined ? undefined : lt(auditEvents.sequence, filter.before),
  ]
  const events = await db
    .select()
    .from(auditEvents)
    .where(and(...conditions))
    .orderBy(desc(auditEvents.sequence))
    .limit(limit + 1)
  const page = events.slice(0, limit)
  return { events: page, nextBefore: events.length > limit ? (page.at(-1)?.sequence ?? null) : null }
}
