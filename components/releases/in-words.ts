// Releases and promotions as a person says them.
import { formatCount, formatPercent } from '@/components/ui/format'
import type { State } from '@/components/ui/status-mark'
import type { Approval, GateRule, Promotion, PromotionStatus, ReleaseArm, ReleasePlan, Verdict } from '@/lib/releases/contract'

export const STATUS_WORDS: Record<PromotionStatus, { state: State; label: string }> = {
  pending: { state: 'pending', label: 'Waiting' },
  approved: { state: 'ok', label: 'Approved' },
  rejected: { state: 'problem', label: 'Rejected' },
  cancelled: { state: 'unknown', label: 'Cancelled' },
}

export const VERDICT_WORDS: Record<Verdict, { state: State; label: string }> = {
  passed: { state: 'ok', label: 'Passed' },
  warning: { state: 'attention', label: 'Look at this' },
  failed: { state: 'problem', label: 'Failed' },
}

export const GATE_QUESTIONS: Record<GateRule['gate'], string> = {
  'signature-compatible': 'Do today’s callers still get an answer?',
  'reference-rows-answered': 'Does it answer the cases the model knows?',
  'metric-threshold': 'Is it good enough?',
}

export function gateInWords(rule: GateRule): string {
  switch (rule.gate) {
    case 'signature-compatible':
      return 'Callers of the champion are understood'
    case 'reference-rows-answered':
      return 'The reference rows are answered'
    case 'metric-threshold':
      return `${rule.metric} is ${rule.comparison === 'at-least' ? 'at least' : 'at most'} ${rule.value}`
  }
}

/** "Version 2 answers every call" or "Version 1 answers 95 %, version 2 tries 5 %". */
export function armsInWords(arms: readonly Pick<ReleaseArm, 'versionNumber' | 'role' | 'shareBasisPoints'>[]): string {
  const [only] = arms
  if (arms.length === 1 && only) return `Version ${only.versionNumber} answers every call`
  const parts = arms.map((arm) => `version ${arm.versionNumber} ${arm.role === 'champion' ? 'answers' : 'tries'} ${shareInWords(arm.shareBasisPoints)}`)
  return sentenceCase(parts.join(', '))
}

export function shareInWords(basisPoints: number): string {
  return formatPercent(basisPoints / 10_000, basisPoints % 100 === 0 ? 0 : 2)
}

export function planInWords(plan: ReleasePlan): string {
  return plan.strategy === 'canary' ? `as a canary on ${shareInWords(plan.shareBasisPoints)} of the calls` : 'for every call'
}

/** How many calls of a day a plan touches; null traffic is one that nobody has measured. */
export function trafficInWords(plan: ReleasePlan, callsInDay: number, environment: string): string {
  if (callsInDay === 0) return `No call came to ${environment} in the last 24 hours.`
  if (plan.strategy === 'all-at-once') return `All calls to ${environment}: ${formatCount(callsInDay)} in the last 24 hours.`
  const touched = Math.round((callsInDay * plan.shareBasisPoints) / 10_000)
  return `About ${formatCount(touched)} of ${formatCount(callsInDay)} calls a day to ${environment} (${shareInWords(plan.shareBasisPoints)}).`
}

/** "Ana and Sam"; null where the environment asked for no approval. */
export function approvedBy(approvals: readonly Approval[]): string | null {
  const names = approvals.filter((approval) => approval.decision === 'approve').map((approval) => approval.userName)
  return names.length === 0 ? null : listInWords(names, 'and')
}

export function listInWords(names: readonly string[], last: 'and' | 'or'): string {
  if (names.length < 2) return names.join('')
  return `${names.slice(0, -1).join(', ')} ${last} ${names.at(-1)}`
}

export function promotionTitle(promotion: Pick<Promotion, 'modelName' | 'versionNumber' | 'environment'>): string {
  return `${promotion.modelName}: version ${promotion.versionNumber} to ${promotion.environment}`
}

/** The worst verdict, for a list. */
export function gatesInWords(promotion: Pick<Promotion, 'gates'>): { state: State; label: string } {
  const { gates } = promotion
  const failed = gates.filter((result) => result.verdict === 'failed').length
  const warnings = gates.filter((result) => result.verdict === 'warning').length
  if (gates.length === 0) return { state: 'unknown', label: 'No gates' }
  if (failed > 0) return { state: 'problem', label: `${failed} of ${gates.length} gates failed` }
  if (warnings > 0) return { state: 'attention', label: `Gates passed, ${warnings} to look at` }
  return { state: 'ok', label: gates.length === 1 ? 'Gate passed' : `All ${gates.length} gates passed` }
}

function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
