// For queries over the log: the numbers that its rows have in place of texts.
import { and, eq, inArray, sql, type SQL } from 'drizzle-orm'
import type { Session } from '@/lib/database'
import type { Channel } from '../contract'
import { servingTables } from '../tables'

/** Of a model's id or a field's name, to compare `model` or `topReason` with; null, which equals nothing, where the log never met it. */
export function numberOf(db: Session, word: string): SQL {
  const { predictionWords } = db.tables(servingTables)
  return sql`(select ${predictionWords.number} from ${predictionWords} where ${predictionWords.word} = ${word})`
}

export interface ContextFilter {
  versionId?: string
  environment?: string
  caller?: string
  channel?: Channel
}

/** That `context` is one of those with these members; undefined where nothing is asked of them. */
export function isInContext(db: Session, context: Parameters<typeof inArray>[0], filter: ContextFilter): SQL | undefined {
  const { predictionContexts: contexts } = db.tables(servingTables)
  const { versionId, environment, caller, channel } = filter
  const wanted = and(
    versionId === undefined ? undefined : eq(contexts.versionId, versionId),
    environment === undefined ? undefined : eq(contexts.environment, environment),
    caller === undefined ? undefined : eq(contexts.caller, caller),
    channel === undefined ? undefined : eq(contexts.channel, channel),
  )
  return wanted && inArray(context, db.select({ number: contexts.number }).from(contexts).where(wanted))
}
