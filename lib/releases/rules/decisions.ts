// May this be requested, decided, cancelled: null where it may, else why not.
import type { ProblemKind } from '@/lib/platform/errors'
import type { Approval, GateResult, Promotion, Release, ReleasePlan } from '../contract'
import { armsOf, championOf, sameArms, servesAlone } from './arms'

export interface Refusal {
  kind: ProblemKind
  code: string
  message: string
}

export interface RequestFacts {
  version: { id: string; number: number }
  environment: string
  plan: ReleasePlan
  present: Release | null
  isArchived: boolean
  /** Whether a promotion of this version into this environment waits already. */
  isWaiting: boolean
}

export function requestRefusal({ version, environment, plan, present, isArchived, isWaiting }: RequestFacts): Refusal | null {
  const name = `Version ${version.number}`
  if (isArchived) return conflict('model_archived', 'This model is archived. Restore it before promoting a version.')
  if (servesAlone(present, version.id)) {
    return conflict('already_released', `${name} already answers every call in ${environment}: there is nothing to promote.`)
  }
  const champion = championOf(present)
  if (plan.strategy === 'canary') {
    if (!champion) {
      return conflict('no_champion', `Nothing serves in ${environment} yet, so ${name} cannot share its traffic. Release it all at once.`)
    }
    if (champion.versionId === version.id) {
      return conflict('already_champion', `${name} already is the champion in ${environment}. To end the canary beside it, release it all at once.`)
    }
    if (sameArms(present?.arms ?? [], armsOf(plan, version.id, champion.versionId))) {
      return conflict('already_released', `${name} already gets this share of the traffic in ${environment}.`)
    }
  }
  if (isWaiting) {
    return conflict('already_requested', `A promotion of version ${version.number} to ${environment} already waits for a decision.`)
  }
  return null
}

type Decided = Pick<Promotion, 'status' | 'requestedBy' | 'requestedByName' | 'approvals'>

/** Whether this person may approve or reject it now. Their role is checked elsewhere. */
export function decisionRefusal(promotion: Decided, personId: string): Refusal | null {
  if (promotion.status !== 'pending') return alreadyDecided(promotion)
  if (promotion.requestedBy === personId) {
    return { kind: 'forbidden', code: 'own_promotion', message: 'You requested this promotion, so somebody else must decide it.' }
  }
  if (promotion.approvals.some((approval) => approval.userId === personId)) {
    return conflict('already_approved_by_you', 'You approved this promotion already. It waits for somebody else’s approval.')
  }
  return null
}

export interface ApprovalFacts {
  personId: string
  /** The champion that the gates compared with, and the champion now. */
  comparedWith: { versionId: string; versionNumber: number } | null
  champion: { versionId: string; versionNumber: number } | null
}

export function approvalRefusal(promotion: Decided & Pick<Promotion, 'gates' | 'environment'>, facts: ApprovalFacts): Refusal | null {
  const refusal = decisionRefusal(promotion, facts.personId)
  if (refusal) return refusal
  const failed = failedGates(promotion)
  if (failed.length > 0) {
    const found = failed.map((result) => result.sentence).join(' ')
    return conflict('gate_failed', `A gate failed, so this promotion cannot be approved. ${found} Reject or cancel it, and request it again when the cause is mended.`)
  }
  if (facts.champion?.versionId !== facts.comparedWith?.versionId) {
    const before = facts.comparedWith ? `version ${facts.comparedWith.versionNumber}` : 'nothing'
    const after = facts.champion ? `version ${facts.champion.versionNumber}` : 'nothing'
    return conflict(
      'evidence_outdated',
      `The evidence compares with ${before}, but ${after} serves in ${promotion.environment} since. Reject or cancel this promotion and request it again.`,
    )
  }
  return null
}

export function cancelRefusal(promotion: Decided, person: { id: string; isAdmin: boolean }): Refusal | null {
  if (promotion.status !== 'pending') return alreadyDecided(promotion)
  if (promotion.requestedBy === person.id || person.isAdmin) return null
  return {
    kind: 'forbidden',
    code: 'not_your_promotion',
    message: `Only ${promotion.requestedByName}, who requested it, or an administrator can cancel this promotion. An approver can reject it.`,
  }
}

/** Approvals that count: of other people than the requester, one each. */
export function approvalsGiven(promotion: Pick<Promotion, 'requestedBy' | 'approvals'>): number {
  const people = promotion.approvals
    .filter((approval: Approval) => approval.decision === 'approve' && approval.userId !== promotion.requestedBy)
    .map((approval) => approval.userId)
  return new Set(people).size
}

export function approvalsMissing(promotion: Pick<Promotion, 'requestedBy' | 'approvals' | 'requiredApprovals'>): number {
  return Math.max(0, promotion.requiredApprovals - approvalsGiven(promotion))
}

export function failedGates(promotion: Pick<Promotion, 'gates'>): GateResult[] {
  return promotion.gates.filter((result) => result.verdict === 'failed')
}

function alreadyDecided(promotion: Decided): Refusal {
  return conflict('promotion_already_decided', `This promotion was already ${promotion.status}. Nothing was changed.`)
}

function conflict(code: string, message: string): Refusal {
  return { kind: 'conflict', code, message }
}
