// What the monitors say at one moment. Reads only; the check writes what follows from it.
import type { Session } from '@/lib/database'
import { hourOf } from '@/lib/platform/clock'
import { currentReleases } from '@/lib/releases/queries'
import { errorsBetween } from '@/lib/serving/queries'
import type { Monitor, MonitorFinding, MonitorRule } from '../contract'
import { decideAccuracy, decideDrift, decideErrors, decideVolume } from '../rules/decide'
import { decideExplanationDrift, decideForbiddenReason, decideNewReason } from '../rules/decide-reasons'
import { NEW_REASON } from '../rules/defaults'
import { measureOf } from '../rules/drift'
import { volumeWindows, windowUntil } from '../rules/time'
import { driftSentence, driftVerdict } from '../rules/words'
import { reasonsOfWindow } from './attributions'
import { driftOfWindow } from './drift'
import { forbiddenReasons } from './forbidden-reasons'
import { listMonitors } from './monitors'
import { measuredPerformance } from './performance'
import { championOf, watchedVersions, type WatchedVersion } from './subjects'
import { firstServedHour, rowsBetween } from './traffic'

export interface Evaluation {
  monitor: Monitor
  finding: MonitorFinding
}

export interface Evaluations {
  evaluations: Evaluation[]
  /** Monitors that could not be evaluated; they do not keep the others from it. */
  failures: { monitor: Monitor; reason: unknown }[]
}

/** Enabled monitors of models that are released where the monitor looks. `isOpen` tells which have an incident. */
export async function evaluateMonitors(db: Session, at: number, isOpen: (monitorId: string) => boolean): Promise<Evaluations> {
  const releases = await currentReleases(db)
  const monitors = (await listMonitors(db)).filter((monitor) => monitor.isEnabled)
  const champions = monitors.map((monitor) => championOf(releases.filter((one) => one.modelId === monitor.modelId), monitor.environment))
  const versions = await watchedVersions(db, [...new Set(champions.filter((id) => id !== undefined))])
  const result: Evaluations = { evaluations: [], failures: [] }
  for (const [index, monitor] of monitors.entries()) {
    const version = versions.get(champions[index] ?? '')
    if (!version) continue
    try {
      result.evaluations.push({ monitor, finding: await evaluate(db, monitor, version, at, isOpen(monitor.id)) })
    } catch (reason) {
      result.failures.push({ monitor, reason })
    }
  }
  return result
}

async function evaluate(db: Session, monitor: Monitor, version: WatchedVersion, at: number, isOpen: boolean): Promise<MonitorFinding> {
  const { rule } = monitor
  switch (rule.kind) {
    case 'drift':
      return evaluateDrift(db, rule, monitor, version, at, isOpen)
    case 'volume':
      return evaluateVolume(db, rule, monitor, at, isOpen)
    case 'errors': {
      const window = windowUntil(at, rule.windowHours)
      const errors = await errorsBetween(db, monitor.modelId, monitor.environment, hourOf(window.from), window.to)
      const rows = await rowsBetween(db, monitor.modelId, monitor.environment, window)
      return decideErrors(rule, { window, isOpen, rows, errors: errors.reduce((sum, one) => sum + one.count, 0), worstCode: errors[0]?.code ?? null })
    }
    case 'accuracy': {
      const window = windowUntil(at, rule.windowHours)
      const measured = await measuredPerformance(db, version, monitor.environment, window)
      return decideAccuracy(rule, { window, isOpen, measured, unit: version.signature.scoreUnit })
    }
    case 'explanation-drift': {
      const window = windowUntil(at, rule.windowHours)
      const found = await reasonsOfWindow(db, version, monitor.environment, window, NEW_REASON)
      return decideExplanationDrift(rule, { window, isOpen, ...(found ?? NOTHING_EXPLAINED) })
    }
    case 'new-reason': {
      const window = windowUntil(at, rule.windowHours)
      const found = await reasonsOfWindow(db, version, monitor.environment, window, rule)
      return decideNewReason(rule, { window, isOpen, ...(found ?? NOTHING_EXPLAINED) })
    }
    case 'forbidden-reason': {
      const window = windowUntil(at, rule.windowHours)
      return decideForbiddenReason(rule, { window, isOpen, ...(await forbiddenReasons(db, monitor.modelId, version.signature, monitor.environment, window)) })
    }
  }
}

const NOTHING_EXPLAINED = { rows: 0, ndcg: null, unit: null, fields: null }

async function evaluateDrift(db: Session, rule: Extract<MonitorRule, { kind: 'drift' }>, monitor: Monitor, version: WatchedVersion, at: number, isOpen: boolean): Promise<MonitorFinding> {
  const window = windowUntil(at, rule.windowHours)
  const measured = await driftOfWindow(db, version, monitor.environment, window)
  if (!measured) return decideDrift(rule, { window, isOpen, rows: 0, fields: null })
  const fields = measured.drifts.map(({ drift, column }) => {
    const distance = measureOf(drift, rule.measure)
    return {
      field: column.key,
      displayName: column.words.displayName,
      distance,
      bins: drift.referenceCounts.length,
      rows: drift.current.count,
      // While the incident is open a field between nine tenths of the limit and the limit still counts as changed.
      sentence: driftSentence(drift, column.words, driftVerdict(distance, isOpen ? rule.limit * 0.9 : rule.limit)),
    }
  })
  return decideDrift(rule, { window, isOpen, rows: measured.rows, fields })
}

async function evaluateVolume(db: Session, rule: Extract<MonitorRule, { kind: 'volume' }>, monitor: Monitor, at: number, isOpen: boolean): Promise<MonitorFinding> {
  const { current, earlier } = volumeWindows(at, rule.windowHours)
  const first = await firstServedHour(db, monitor.modelId, monitor.environment)
  const served = earlier.filter((window) => first !== null && window.from >= first)
  const rows = await rowsBetween(db, monitor.modelId, monitor.environment, current)
  const counts: number[] = []
  for (const window of served) counts.push(await rowsBetween(db, monitor.modelId, monitor.environment, window))
  return decideVolume(rule, { window: current, isOpen, rows, earlier: counts })
}
