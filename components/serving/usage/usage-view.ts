// The usage page's numbers, from the lines of the usage table.
import { formatNumber, NO_VALUE } from '@/components/ui/format'
import type { CallerName, CostedUsage, ModelName, RefusedTotal } from '@/lib/serving/queries'
import { addCosts, type Costs } from '@/lib/serving/rules/cost'

export interface Used {
  calls: number
  rows: number
  refused: number
  /** Null without an answered call. */
  meanLatencyMs: number | null
  costs: Costs
}

export interface CallerUse extends Used {
  caller: CallerName
  quota: Quota | null
}

export interface ModelUse extends Used {
  model: ModelName
  environment: string
  /** The most frequent first. */
  refusals: { code: string; count: number }[]
  quota: Quota | null
}

/** Of the month that runs now. */
export interface Quota {
  used: number
  allowed: number
}

export function totalOf(lines: readonly CostedUsage[]): Used {
  const sum = (pick: (line: CostedUsage) => number) => lines.reduce((total, line) => total + pick(line), 0)
  const calls = sum((line) => line.calls)
  return {
    calls,
    rows: sum((line) => line.rows),
    refused: sum((line) => line.refused),
    meanLatencyMs: calls > 0 ? sum((line) => line.latencyMicros) / calls / 1000 : null,
    costs: addCosts(...lines.map((line) => line.costs)),
  }
}

/** Whoever sent most comes first. @param quotas by `token:…` */
export function byCaller(lines: readonly CostedUsage[], names: ReadonlyMap<string, CallerName>, quotas: ReadonlyMap<string, Quota>): CallerUse[] {
  return [...new Set(lines.map((line) => line.caller))]
    .map((caller) => ({ ...totalOf(lines.filter((line) => line.caller === caller)), caller: names.get(caller) ?? { kind: 'system' as const, id: caller, name: null }, quota: quotas.get(caller) ?? null }))
    .sort((a, b) => b.rows - a.rows || b.refused - a.refused)
}

/** What answered most comes first. @param quotas by model, a line break and environment */
export function byModel(lines: readonly CostedUsage[], names: ReadonlyMap<string, ModelName>, refused: readonly RefusedTotal[], quotas: ReadonlyMap<string, Quota>): ModelUse[] {
  const keyOf = ({ modelId, environment }: { modelId: string; environment: string }) => `${modelId}\n${environment}`
  const keys = new Set([...lines.map(keyOf), ...refused.map(keyOf)])
  return [...keys]
    .map((key) => {
      const [id = '', environment = ''] = key.split('\n')
      const refusals = refused.filter((one) => keyOf(one) === key).map(({ code, count }) => ({ code, count }))
      const used = totalOf(lines.filter((line) => keyOf(line) === key))
      // Calls that were refused before anybody knew who sent them are counted with the model only.
      const allRefused = Math.max(used.refused, refusals.reduce((sum, { count }) => sum + count, 0))
      return { ...used, refused: allRefused, model: names.get(id) ?? { slug: id, name: id }, environment, refusals, quota: quotas.get(key) ?? null }
    })
    .sort((a, b) => b.rows - a.rows || b.refused - a.refused)
}

/** A line each for the busiest models, the rest together. */
export function trendOf(
  series: readonly { at: number; modelId: string; environment: string; rows: number }[],
  names: ReadonlyMap<string, ModelName>,
  period: { from: number; to: number; step: number },
  most = 4,
): { id: string; label: string; points: { at: number; value: number }[] }[] {
  const totals = new Map<string, number>()
  for (const { modelId, rows } of series) totals.set(modelId, (totals.get(modelId) ?? 0) + rows)
  const busiest = [...totals].sort(([, a], [, b]) => b - a).map(([id]) => id)
  const shown = busiest.length > most + 1 ? busiest.slice(0, most) : busiest
  const times = Array.from({ length: Math.ceil((period.to - period.from) / period.step) }, (_, index) => period.from + index * period.step)
  const lineOf = (id: string, label: string, isIts: (modelId: string) => boolean) => {
    const rows = new Map<number, number>()
    for (const point of series) if (isIts(point.modelId)) rows.set(point.at, (rows.get(point.at) ?? 0) + point.rows)
    return { id, label, points: times.map((at) => ({ at, value: rows.get(at) ?? 0 })) }
  }
  const lines = shown.map((id) => lineOf(id, names.get(id)?.name ?? id, (modelId) => modelId === id))
  return shown.length === busiest.length ? lines : [...lines, lineOf('others', 'Other models', (modelId) => !shown.includes(modelId))]
}

export function callerLabel({ kind, id, name }: CallerName): string {
  if (kind === 'system') return 'Flightdeck itself'
  return name ?? `${kind === 'token' ? 'Token' : 'Person'} …${id.slice(-6)}`
}

/** Amounts by currency, such as `12.40 EUR + 3.00 USD`. */
export function costsInWords(costs: Costs): string {
  if (costs.length === 0) return NO_VALUE
  return costs.map(({ amount, currency }) => formatNumber(amount, { decimals: 2, unit: currency })).join(' + ')
}
