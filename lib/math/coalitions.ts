// Who plays with whom: the coalitions a Shapley explanation asks the model for, each once.

/** Coalitions to evaluate together; the arrays are reused after the answer, so do not keep them. */
export interface CoalitionBatch {
  count: number
  /** count x playerCount, row by row: 1 = take the explained row's value of this player, 0 = the background row's. */
  masks: Uint8Array
  /** The background row of each coalition. */
  background: Int32Array
}

/** The number of the coalition of all: the explained row. */
export const explainedRow = 0

/**
 * Distinct coalitions in the order they were asked for. The explained row itself is number 0, for all background rows.
 */
export class Coalitions {
  private readonly masks: Uint8Array[] = []
  private readonly backgrounds: number[] = [0]
  private known = new Map<string, number>()
  private background = 0
  /** The numbers of the coalitions of nobody, one for each background row. */
  readonly emptyOnes: number[] = []

  constructor(readonly playerCount: number) {
    this.masks.push(new Uint8Array(playerCount).fill(1))
  }

  get count(): number {
    return this.masks.length
  }

  /** Following coalitions are with this background row. Returns the number of the empty one. */
  startBackground(background: number): number {
    this.background = background
    this.known = new Map()
    const empty = this.add(new Uint8Array(this.playerCount))
    this.emptyOnes.push(empty)
    return empty
  }

  /** The number of this coalition, the same one for the same players. */
  add(mask: Uint8Array): number {
    const key = String.fromCharCode(...packed(mask))
    const known = this.known.get(key)
    if (known !== undefined) return known
    const number = this.masks.length
    this.masks.push(mask.slice())
    this.backgrounds.push(this.background)
    this.known.set(key, number)
    return number
  }

  /** Writes the coalitions from `start` on into the batch's arrays. */
  fill(batch: CoalitionBatch, start: number): void {
    for (let i = 0; i < batch.count; i++) {
      batch.masks.set(this.masks[start + i] as Uint8Array, i * this.playerCount)
      batch.background[i] = this.backgrounds[start + i] as number
    }
  }
}

function packed(mask: Uint8Array): Uint16Array {
  const words = new Uint16Array(Math.ceil(mask.length / 16))
  for (let i = 0; i < mask.length; i++) if (mask[i] === 1) words[i >> 4] = (words[i >> 4] as number) | (1 << (i & 15))
  return words
}

export interface Walk {
  /** The players in the order they join. */
  order: Int32Array
  /** Numbers of the coalitions before the first and after each. */
  steps: Int32Array
}

/** Walks from the background row to the explained row, the players joining in this order. */
export function walk(coalitions: Coalitions, empty: number, order: Int32Array): Walk {
  const steps = new Int32Array(order.length + 1)
  const mask = new Uint8Array(coalitions.playerCount)
  steps[0] = empty
  order.forEach((player, i) => {
    mask[player] = 1
    // The last player makes it the explained row: players that are the same in both need not be set.
    steps[i + 1] = i === order.length - 1 ? explainedRow : coalitions.add(mask)
  })
  return { order, steps }
}
