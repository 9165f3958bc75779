// The part of the audit chain that goes with a bundle: the events that concern it, each with its path to the root of a
// tree over the whole chain.
import { and, asc, desc, eq, gt, inArray, lte, notInArray, or, type SQL } from 'drizzle-orm'
import { GENESIS_HASH } from '@/lib/audit/contract'
import { auditTables } from '@/lib/audit/tables'
import type { Session } from '@/lib/database'
import { ProblemError } from '@/lib/platform/errors'
import { MOST_EVENTS, type BundleContent } from '../contract/bundle'
import { HashTree } from '../rules/hash-tree'

const PAGE = 5000

/** What a bundle is about. */
export interface Concerned {
  modelIds: readonly string[]
  versionIds: readonly string[]
  promotionIds: readonly string[]
  releaseIds: readonly string[]
  predictionIds: readonly string[]
  keyId: string
}

/** Events of a model that are about one thing of many: they count where the thing is one of the bundle's. */
const OF_ONE_THING = ['version', 'promotion', 'release', 'prediction', 'outcomes', 'kpi-events', 'incident', 'evidence', 'review']

/** @throws ProblemError `audit_chain_broken`: nothing may be signed over a chain that does not hold */
export async function chainSegment(db: Session, concerned: Concerned): Promise<Pick<BundleContent, 'events' | 'chain'>> {
  const { auditEvents, auditHead } = db.tables(auditTables)
  // The head first: events appended meanwhile lie behind it.
  const [head] = await db.select().from(auditHead).where(eq(auditHead.id, 1))
  if (!head || head.sequence === 0) throw broken(1)
  const tree = await treeOf(db, head)
  const rows = await db
    .select()
    .from(auditEvents)
    .where(and(lte(auditEvents.sequence, head.sequence), concerns(db, concerned)))
    .orderBy(desc(auditEvents.sequence))
    .limit(MOST_EVENTS + 1)
  const events = rows.slice(0, MOST_EVENTS).reverse()
  return {
    events: Object.fromEntries(events.map((event) => [String(event.sequence), { event, path: tree.path(event.sequence - 1) }])),
    chain: { sequence: head.sequence, hash: head.hash, root: tree.root, path: tree.path(head.sequence - 1), isComplete: rows.length <= MOST_EVENTS },
  }
}

/** Walks the links of the whole chain; reads no event's content. */
async function treeOf(db: Session, head: { sequence: number; hash: string }): Promise<HashTree> {
  const { auditEvents } = db.tables(auditTables)
  const { sequence, previousHash, hash } = auditEvents
  const tree = new HashTree()
  let previous = GENESIS_HASH
  for (;;) {
    const page = await db
      .select({ sequence, previousHash, hash })
      .from(auditEvents)
      .where(and(gt(sequence, tree.size), lte(sequence, head.sequence)))
      .orderBy(asc(sequence))
      .limit(PAGE)
    for (const event of page) {
      if (event.sequence !== tree.size + 1 || event.previousHash !== previous) throw broken(tree.size + 1)
      tree.add(event.hash)
      previous = event.hash
    }
    if (page.length < PAGE) break
  }
  if (tree.size !== head.sequence || previous !== head.hash) throw broken(tree.size + 1)
  return tree
}

function concerns(db: Session, { modelIds, versionIds, promotionIds, releaseIds, predictionIds, keyId }: Concerned): SQL | undefined {
  const { modelId, targetKind, targetId } = db.tables(auditTables).auditEvents
  const one = (kind: string, ids: readonly string[]) => (ids.length === 0 ? undefined : and(eq(targetKind, kind), inArray(targetId, [...ids])))
  return or(
    and(inArray(modelId, [...modelIds]), notInArray(targetKind, OF_ONE_THING)),
    one('version', versionIds),
    one('promotion', promotionIds),
    one('release', releaseIds),
    one('prediction', predictionIds),
    one('signing-key', [keyId]),
  )
}

function broken(sequence: number): ProblemError {
  return new ProblemError('conflict', `The audit chain is broken at event ${sequence}, so nothing is signed over it. Check the chain under Audit, and compare the data with a backup.`, {
    code: 'audit_chain_broken',
  })
}
