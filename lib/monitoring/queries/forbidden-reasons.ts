// Predictions that cite what their model's reason settings forbid, whichever version made them.
import type { Session } from '@/lib/database'
import { reasonSettingsOf } from '@/lib/explanations/queries'
import { RANKED_REASONS } from '@/lib/math/attribution-profile'
import type { Signature } from '@/lib/registry/contract'
import type { Window } from '../contract'
import { tallyOf } from '../rules/attributions'
import type { ForbiddenFacts } from '../rules/decide-reasons'
import { explainedHours, servedVersions } from './explained-hours'

export async function forbiddenReasons(
  db: Session, modelId: string, signature: Signature, environment: string, window: Window,
): Promise<Pick<ForbiddenFacts, 'rows' | 'forbidden'>> {
  const cited = new Map((await reasonSettingsOf(db, modelId)).forbidden.map((field) => [field, 0]))
  let rows = 0
  if (cited.size > 0) {
    for (const version of await servedVersions(db, modelId, environment, window)) {
      const names = version.attributions?.shape.map(({ name }) => name) ?? []
      for (const { profile } of await explainedHours(db, version, environment, window)) {
        if (!profile) continue
        const tally = tallyOf(profile, RANKED_REASONS)
        rows += tally.rows
        tally.main.forEach((count, field) => {
          const known = cited.get(names[field] ?? '')
          if (known !== undefined) cited.set(names[field] ?? '', known + count)
        })
      }
    }
  }
  const displayNames = new Map(signature.fields.map(({ name, displayName }) => [name, displayName]))
  return { rows, forbidden: [...cited].map(([field, count]) => ({ field, displayName: displayNames.get(field) ?? field, cited: count })) }
}
