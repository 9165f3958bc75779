// How an event is hashed, and how a chain is checked.
import { canonicalJson, sha256 } from '@/lib/platform/crypto'
import { GENESIS_HASH, type AuditEvent, type ChainCheck } from './contract'

/** SHA-256 over the canonical JSON (RFC 8785) of all members but the hash itself; `previousHash` makes it a chain. */
export function hashEvent(event: Omit<AuditEvent, 'hash'>): string {
  const { sequence, id, at, actorKind, actorId, actorName, action, targetKind, targetId, targetName } = event
  const { modelId, before, after, reason, requestId, previousHash } = event
  return sha256(
    canonicalJson({
      sequence, id, at, actorKind, actorId, actorName, action, targetKind, targetId, targetName,
      modelId, before: before ?? null, after: after ?? null, reason, requestId, previousHash,
    }),
  )
}

/** Walks a chain in order; feed it event by event, so that a chain of any length needs constant memory. */
export class ChainWalk {
  private previous = GENESIS_HASH
  private events = 0
  private firstBreak: ChainCheck['firstBreak'] = null

  next(event: AuditEvent): void {
    this.events += 1
    if (this.firstBreak) return
    if (event.sequence !== this.events) this.break(this.events, `event ${this.events} is missing`)
    else if (event.previousHash !== this.previous) this.break(event.sequence, 'it does not follow the event before it')
    else if (hashEvent(event) !== event.hash) this.break(event.sequence, 'its content was altered')
    this.previous = event.hash
  }

  end(head: { sequence: number; hash: string }): ChainCheck {
    if (!this.firstBreak && (head.sequence !== this.events || head.hash !== this.previous)) {
      this.break(this.events + 1, 'the end of the chain is missing')
    }
    return { isIntact: this.firstBreak === null, events: this.events, headHash: this.previous, firstBreak: this.firstBreak }
  }

  private break(sequence: number, reason: string): void {
    this.firstBreak = { sequence, reason }
  }
}
