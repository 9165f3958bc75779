// The numbers that the log's rows have in place of texts: found in memory, else in the database, else given. What a
// transaction finds is remembered only once it is committed: a number given in one that failed is given again.
import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Session } from '@/lib/database'
import type { Prediction } from '../contract'
import { servingTables } from '../tables'

export type Context = Pick<Prediction, 'modelId' | 'versionId' | 'releaseId' | 'environment' | 'channel' | 'caller'>

/** Where another process gives numbers at the same time, its transaction goes first: few tries are ever needed. */
const MOST_TRIES = 20
const MOST_KEPT = 10_000

interface Kept {
  words: Map<string, number>
  contexts: Map<string, number>
}

const keptOf = new WeakMap<object, Kept>()

export class Numbers {
  private readonly words = new Map<string, number>()
  private readonly contexts = new Map<string, number>()
  private readonly kept: Kept

  constructor(private readonly tx: Session) {
    let kept = keptOf.get(tx.origin)
    if (!kept) keptOf.set(tx.origin, (kept = { words: new Map(), contexts: new Map() }))
    this.kept = kept
  }

  word(word: string): number | undefined {
    return this.kept.words.get(word) ?? this.words.get(word)
  }

  context(key: string): number | undefined {
    return this.kept.contexts.get(key) ?? this.contexts.get(key)
  }

  async findWords(wanted: Iterable<string>): Promise<void> {
    const { predictionWords: words } = this.tx.tables(servingTables)
    // In one order, so that two transactions cannot wait for each other.
    const missing = [...wanted].filter((word) => this.word(word) === undefined).sort()
    if (missing.length === 0) return
    for (const { word, number } of await this.tx.select().from(words).where(inArray(words.word, missing))) this.words.set(word, number)
    for (const word of missing) {
      if (this.words.has(word)) continue
      const find = () => this.tx.select({ number: words.number }).from(words).where(eq(words.word, word))
      this.words.set(word, await given(find, () => this.tx.execute(sql`insert into ${words} (number, word) select coalesce(max(number), 0) + 1, ${word} from ${words} where true on conflict do nothing`)))
    }
  }

  async findContexts(wanted: ReadonlyMap<string, Context>): Promise<void> {
    const { predictionContexts: contexts } = this.tx.tables(servingTables)
    for (const [key, { modelId, versionId, releaseId, environment, channel, caller }] of [...wanted].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (this.context(key) !== undefined) continue
      const release = releaseId ?? ''
      const find = () =>
        this.tx
          .select({ number: contexts.number })
          .from(contexts)
          .where(and(eq(contexts.versionId, versionId), eq(contexts.caller, caller), eq(contexts.releaseId, release), eq(contexts.environment, environment), eq(contexts.channel, channel), eq(contexts.modelId, modelId)))
      const give = () =>
        this.tx.execute(sql`
          insert into ${contexts} (number, model_id, version_id, release_id, environment, channel, caller)
          select coalesce(max(number), 0) + 1, ${modelId}, ${versionId}, ${release}, ${environment}, ${channel}, ${caller} from ${contexts} where true on conflict do nothing`)
      this.contexts.set(key, await given(find, give))
    }
  }

  keep(): void {
    keep(this.kept.words, this.words)
    keep(this.kept.contexts, this.contexts)
  }
}

export function contextKey({ modelId, versionId, releaseId, environment, channel, caller }: Context): string {
  return `${versionId}\n${releaseId ?? ''}\n${environment}\n${channel}\n${caller}\n${modelId}`
}

async function given(find: () => PromiseLike<{ number: number }[]>, give: () => Promise<void>): Promise<number> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const [found] = await find()
    if (found) return found.number
    await give()
  }
  throw new Error('The log could not give a number: others always came first.')
}

function keep(kept: Map<string, number>, found: ReadonlyMap<string, number>): void {
  for (const [key, number] of found) kept.set(key, number)
  for (const key of kept.keys()) {
    if (kept.size <= MOST_KEPT) break
    kept.delete(key)
  }
}
