// The fleet in words: pure, so that the first sentence a manager reads is tested.
import { formatNumber } from '@/components/ui/format'
import type { Health, ModelHealth } from '@/lib/monitoring/contract'
import type { FleetModel } from '@/lib/reports/contract'

/** What people look at, in the order they ask for it. */
export const ASPECTS = [
  { key: 'drift', label: 'Data' },
  { key: 'performance', label: 'Results' },
  { key: 'errors', label: 'Errors' },
  { key: 'latency', label: 'Speed' },
] as const

const WORST_FIRST: readonly Health['state'][] = ['problem', 'attention', 'ok', 'unknown']

/** One aspect out of line is enough to look at the model. */
export function worstState(health: ModelHealth): Health['state'] {
  const states = ASPECTS.map(({ key }) => health[key].state)
  return WORST_FIRST.find((state) => states.includes(state)) ?? 'unknown'
}

export const HEALTH_WORDS: Record<Health['state'], string> = {
  ok: 'As expected',
  attention: 'Needs attention',
  problem: 'Problem',
  unknown: 'Not known yet',
}

/** Those that need a look first, else by name as they came. */
export function byUrgency(models: readonly FleetModel[]): FleetModel[] {
  const rank = (model: FleetModel) => (model.health === null ? WORST_FIRST.length : WORST_FIRST.indexOf(worstState(model.health)))
  return models.toSorted((a, b) => rank(a) - rank(b))
}

/** "3 models in production answered 4,594 calls in 14 days: 1 as expected, 2 need a look." */
export function fleetSentence(models: readonly FleetModel[]): string {
  const serving = models.filter((model) => model.production !== null)
  if (serving.length === 0) return 'No model is in production yet.'
  const rows = serving.reduce((sum, model) => sum + model.traffic.total, 0)
  const days = Math.max(...serving.map((model) => model.traffic.days.length))
  const states = serving.map((model) => (model.health === null ? 'unknown' : worstState(model.health)))
  const count = (wanted: readonly string[]) => states.filter((state) => wanted.includes(state)).length
  const [look, ok, unknown] = [count(['problem', 'attention']), count(['ok']), count(['unknown'])]
  const parts = [
    look > 0 ? `${look} ${look === 1 ? 'needs' : 'need'} a look` : null,
    ok > 0 ? (ok === serving.length && ok > 1 ? 'all as expected' : `${ok} as expected`) : null,
    unknown > 0 ? `${unknown} not known yet` : null,
  ].filter((part) => part !== null)
  return `${formatNumber(serving.length)} ${serving.length === 1 ? 'model' : 'models'} in production, ${formatNumber(rows)} ${rows === 1 ? 'prediction' : 'predictions'} in ${days} days: ${parts.join(', ')}.`
}

/** People type "78.0 %" with a plain space, at which a line would break. */
export function keepPercents(text: string): string {
  return text.replaceAll(/(\d) %/g, '$1\u00a0%')
}

/** `offered_loan_repaid` → Offered loan repaid */
export function kpiTitle(name: string): string {
  const words = name.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
