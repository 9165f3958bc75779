// The words of the audit chain.
export interface AuditEvent {
  sequence: number
  id: string
  at: number
  actorKind: 'user' | 'token' | 'system'
  actorId: string
  actorName: string
  /** `promotion.approved`, `version.registered`, … */
  action: string
  targetKind: string
  targetId: string
  targetName: string
  modelId: string | null
  before: unknown
  after: unknown
  reason: string | null
  requestId: string | null
  previousHash: string
  hash: string
}

export const GENESIS_HASH = '0'.repeat(64)

export interface ChainCheck {
  isIntact: boolean
  events: number
  headHash: string
  /** The first event at which the chain breaks, and why. */
  firstBreak: { sequence: number; reason: string } | null
}
