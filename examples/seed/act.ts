// Steps of a story as commands: the operator registers and requests, the approver decides, sets limits and words reasons, the
// administrator sets policies.
import { acknowledgeIncident, resolveIncident } from '@/lib/alerts/commands'
import { unresolvedIncidents } from '@/lib/alerts/queries'
import type { Database } from '@/lib/database'
import { explainGlobally, setReasonSettings } from '@/lib/explanations/commands'
import type { MonitorRule } from '@/lib/monitoring/contract'
import { setMonitors } from '@/lib/monitoring/commands'
import { listMonitors } from '@/lib/monitoring/queries'
import { readStoredFile } from '@/lib/platform/storage'
import { changeModel, registerVersion } from '@/lib/registry/commands'
import type { Version } from '@/lib/registry/contract'
import { findModel } from '@/lib/registry/queries'
import { approvePromotion, rejectPromotion, requestPromotion, setPolicy } from '@/lib/releases/commands'
import { listPromotions } from '@/lib/releases/queries'
import { setExplanationPolicy, setGuardrails } from '@/lib/serving/commands'
import { doBatch, planBatch } from './batch'
import type { Cast } from './people'
import { readReasons, readRegistration } from './registration'
import type { Act, MonitorChanges, Scenario } from './story'

export interface Stage {
  db: Database
  cast: Cast
  shift: number
  importanceRows: number
}

export async function perform(stage: Stage, scenario: Scenario, act: Act): Promise<void> {
  const { db, cast, shift } = stage
  const { model } = scenario
  switch (act.kind) {
    case 'register': {
      const { version } = await registerVersion(cast.person('operator'), await readRegistration(scenario, act.file, shift))
      if (version.number === 1) await changeModel(cast.person('operator'), model, { description: scenario.description })
      await explainVersion(version, stage.importanceRows)
      return
    }
    case 'request': {
      const { version, environment, reason, plan } = act
      await requestPromotion(cast.person('operator'), { model, version, environment, reason, plan })
      return
    }
    case 'approve':
      await approvePromotion(cast.person('approver'), await pendingPromotion(db, model, act.version), { comment: act.comment })
      return
    case 'reject':
      await rejectPromotion(cast.person('approver'), await pendingPromotion(db, model, act.version), { comment: act.comment })
      return
    case 'guardrails':
      await setGuardrails(cast.person('approver'), { model, rules: act.rules })
      return
    case 'reasons':
      await setReasonSettings(cast.person('approver'), model, await readReasons(scenario))
      return
    case 'explanations':
      await setExplanationPolicy(cast.person('operator'), { model, environment: 'production', mode: act.mode })
      return
    case 'policy':
      await setPolicy(cast.person('admin'), model, 'production', { requiredApprovals: act.requiredApprovals, gates: act.gates })
      return
    case 'monitors':
      await changeMonitors(db, cast, model, act.changes)
      return
    case 'plan-batch':
      await planBatch(cast.person('operator'), model, act)
      return
    case 'batch':
      await doBatch()
      return
    case 'acknowledge':
      await acknowledgeIncident(cast.person('operator'), await openIncident(db, model, act.incident), { note: act.note })
      return
    case 'resolve':
      await resolveIncident(cast.person('operator'), await openIncident(db, model, act.incident), { note: act.note })
  }
}

/** Of a version that is explained exactly this was found out as it was registered. */
async function explainVersion({ id, files, importance }: Version, rowCount: number): Promise<void> {
  if (importance !== null || files.background === undefined || rowCount === 0) return
  const rows = JSON.parse(Buffer.from(await readStoredFile(files.background)).toString('utf8')) as Record<string, unknown>[]
  await explainGlobally(id, rows.slice(0, rowCount))
}

async function changeMonitors(db: Database, cast: Cast, model: string, changes: MonitorChanges): Promise<void> {
  const present = await listMonitors(db, { modelId: await modelIdOf(db, model), environment: 'production' })
  await setMonitors(cast.person('operator'), model, {
    monitors: present.map(({ id, isEnabled, rule }) => ({ id, isEnabled, rule: { ...rule, ...changes[rule.kind] } as MonitorRule })),
  })
}

async function modelIdOf(db: Database, slug: string): Promise<string> {
  return (await findModel(db, slug))?.id ?? untold(`model ${slug}`)
}

async function pendingPromotion(db: Database, slug: string, version: number): Promise<string> {
  const { promotions } = await listPromotions(db, { modelId: await modelIdOf(db, slug), status: 'pending', limit: 20 })
  return promotions.find(({ versionNumber }) => versionNumber === version)?.id ?? untold(`pending promotion of ${slug} version ${version}`)
}

async function openIncident(db: Database, slug: string, kind: string): Promise<string> {
  const modelId = await modelIdOf(db, slug)
  const incident = (await unresolvedIncidents(db)).find((one) => one.modelId === modelId && one.kind === kind)
  return incident?.id ?? untold(`unresolved ${kind} incident of ${slug}`)
}

function untold(what: string): never {
  throw new RangeError(`The story needs a ${what} here, and there is none.`)
}
