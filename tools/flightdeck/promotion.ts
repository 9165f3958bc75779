// Asking for a promotion, which push and promote both do.
import type { Promotion, ReleasePlan } from '@/lib/releases/contract'
import { EXIT, UsageError, type Call, type Option } from './command'
import type { Server } from './server'

export const PROMOTION_OPTIONS: Record<string, Option> = {
  environment: { type: 'string', value: 'NAME', help: 'Where it shall serve (default production).' },
  reason: { type: 'string', value: 'TEXT', help: 'Why; the people who decide read it, and it is kept.' },
  canary: { type: 'string', value: 'SHARE', help: 'Begin with this share of the traffic, such as 5%, beside the present champion.' },
}

export interface PromotionWish {
  environment: string
  reason: string
  plan: ReleasePlan
}

/** Read before anything is sent, so that a slip costs no upload. */
export function promotionWish(call: Call): PromotionWish {
  return { environment: environmentOf(call), reason: call.required('reason'), plan: planOf(call.text('canary')) }
}

export function environmentOf(call: Call): string {
  return call.text('environment') ?? 'production'
}

function planOf(share: string | undefined): ReleasePlan {
  if (share === undefined) return { strategy: 'all-at-once' }
  const percent = Number(/^(\d+(?:\.\d+)?)\s*%$/.exec(share)?.[1])
  const shareBasisPoints = Math.round(percent * 100)
  if (!(shareBasisPoints >= 1 && shareBasisPoints <= 9_999)) {
    throw new UsageError('--canary takes a percentage between 0.01% and 99.99%, such as 5%.')
  }
  return { strategy: 'canary', shareBasisPoints }
}

export function requestPromotion(server: Server, model: string, version: number, wish: PromotionWish): Promise<Promotion> {
  return server.post<Promotion>('/api/promotions', { model, version, ...wish })
}

export function describePromotion(server: Server, promotion: Promotion): string {
  const title = `${promotion.modelSlug} v${promotion.versionNumber} to ${promotion.environment}`
  const gates = promotion.gates.map(({ verdict, sentence }) => `  ${verdict.padEnd(8)}${sentence}`)
  return [`Promotion of ${title}: ${stateOf(promotion)}.`, ...gates, `  ${server.url}/promotions/${promotion.id}`].join('\n')
}

/** A failed gate fails the pipeline that asked: nobody can approve this promotion. */
export function exitCodeOf(promotion: Promotion): number {
  return hasFailedGate(promotion) ? EXIT.refused : EXIT.ok
}

function hasFailedGate({ gates }: Promotion): boolean {
  return gates.some(({ verdict }) => verdict === 'failed')
}

function stateOf(promotion: Promotion): string {
  const { status, requiredApprovals } = promotion
  if (status === 'approved') return 'released'
  if (status === 'pending' && hasFailedGate(promotion)) return 'cannot be approved, because a gate failed'
  if (status !== 'pending') return status
  return `waits for ${requiredApprovals === 1 ? 'one approval' : `${requiredApprovals} approvals`} by somebody else`
}

export function versionNumber(text: string | undefined): number {
  const version = Number(text?.replace(/^v/, ''))
  if (Number.isInteger(version) && version > 0) return version
  throw new UsageError(`“${text}” is not a version. Give its number, such as 2.`)
}
