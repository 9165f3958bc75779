// Merkle tree over the hashes of all events of the audit chain (RFC 9162, section 2.1): shows that an event is in the
// chain without handing out the events of other models and people.
import { createHash } from 'node:crypto'

const LEAF = Uint8Array.of(0)
const NODE = Uint8Array.of(1)

function hash(...parts: readonly Uint8Array[]): Uint8Array {
  const sum = createHash('sha256')
  for (const part of parts) sum.update(part)
  return sum.digest()
}

/** Grows by one event hash after the other, then tells the root and the path from any event to it. */
export class HashTree {
  private readonly leaves: Uint8Array[] = []
  private levels: Uint8Array[][] | undefined

  /** @param eventHash hex */
  add(eventHash: string): void {
    this.levels = undefined
    this.leaves.push(hash(LEAF, Buffer.from(eventHash, 'hex')))
  }

  get size(): number {
    return this.leaves.length
  }

  /** Hex. Of nothing, the hash of nothing. */
  get root(): string {
    return Buffer.from(this.built().at(-1)?.[0] ?? hash()).toString('hex')
  }

  /** Siblings from the leaf upwards, hex. @param index from 0 */
  path(index: number): string[] {
    const siblings: string[] = []
    let place = index
    for (const level of this.built()) {
      const sibling = level[place % 2 === 0 ? place + 1 : place - 1]
      if (sibling) siblings.push(Buffer.from(sibling).toString('hex'))
      place = Math.floor(place / 2)
    }
    return siblings
  }

  /** A last node without a neighbour moves up as it is: the same tree as splitting at the largest power of two. */
  private built(): Uint8Array[][] {
    if (this.levels) return this.levels
    const levels = [this.leaves]
    for (let level = this.leaves; level.length > 1; ) {
      const next: Uint8Array[] = []
      for (let at = 0; at < level.length; at += 2) {
        const [left, right] = [level[at] as Uint8Array, level[at + 1]]
        next.push(right ? hash(NODE, left, right) : left)
      }
      levels.push(next)
      level = next
    }
    this.levels = levels
    return levels
  }
}
