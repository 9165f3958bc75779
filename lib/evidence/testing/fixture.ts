// Predictions of the example models, released and approved through the real commands, for the tests of this folder.
import type { Principal } from '@/lib/access/contract'
import { createToken } from '@/lib/access/commands'
import type { Database } from '@/lib/database'
import { openTestDatabase, type ENGINES } from '@/lib/database/testing'
import { closeExplainer, registerExplainer } from '@/lib/explanations/commands'
import { setOnce } from '@/lib/platform/once'
import type { Version } from '@/lib/registry/contract'
import { approvePromotion, requestPromotion } from '@/lib/releases/commands'
import { ingestOutcomes, predict, setGuardrails } from '@/lib/serving/commands'
import type { ListPredictAnswer, SinglePredictAnswer } from '@/lib/serving/contract'
import { admin, approver, endServing, exampleRows, operator, registerExample } from '@/lib/serving/testing/fixture'

export const auditor = { kind: 'user', id: 'u-auditor', name: 'Aud Auditor', role: 'auditor' } satisfies Principal

export interface EvidenceFixture {
  db: Database
  clinic: Version
  shop: Version
  /** Of the clinic, explained as they were served; the first has an outcome. */
  clinicIds: string[]
  /** Of the shop; a guardrail answered. */
  guardedId: string
  end(): Promise<void>
}

export async function makeEvidenceFixture(engine: (typeof ENGINES)[number]): Promise<EvidenceFixture> {
  const db = await openTestDatabase(engine)
  setOnce('sessionSecret', undefined)
  registerExplainer()
  const clinic = await registerExample('clinic', 1)
  const shop = await registerExample('shop', 1)
  for (const model of ['no-show-risk', 'price-optimiser']) {
    const promotion = await requestPromotion(operator, { model, version: 1, environment: 'production', reason: 'first model' })
    await approvePromotion(approver, promotion.id, { comment: 'looks right – geprüft ✓' })
  }
  const { token } = await createToken(admin, { name: 'booking page', scopes: ['predict', 'ingest'] })
  const caller = { kind: 'token', id: token.id, name: token.name, role: null, scopes: token.scopes } satisfies Principal
  await setGuardrails(approver, { model: 'price-optimiser', rules: [{ limit: { rule: 'output-range', min: null, max: 0.01 }, fallback: { kind: 'constant', value: 0.01 } }] })
  const rows = exampleRows('clinic', 6)
  const { predictions } = (await predict(caller, 'no-show-risk', { inputs: rows, subjects: rows.map((_, row) => `P-${row}`) })) as ListPredictAnswer
  const guarded = (await predict(caller, 'price-optimiser', { inputs: exampleRows('shop', 1)[0] })) as SinglePredictAnswer
  await ingestOutcomes(caller, { predictionId: predictions[0]?.id, outcome: 1 })
  return {
    db, clinic, shop,
    clinicIds: predictions.map(({ id }) => id),
    guardedId: guarded.id,
    end: async () => {
      await closeExplainer()
      await endServing()
      await db.close()
      setOnce('sessionSecret', undefined)
    },
  }
}
