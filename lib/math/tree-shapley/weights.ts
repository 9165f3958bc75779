// Shapley's weights of a leaf (Shapley 1953; for leaves: Lundberg and others 2020, doi:10.1038/s42256-019-0138-9,
// supplementary algorithm 3; Laberge and Pequignot 2022, arXiv:2209.15123).

/**
 * A leaf of value v that is reached exactly by the coalitions that hold all of `joined` players and none of `absent`
 * players gives each joined player `gain(joined, absent)` v and each absent one `-loss(joined, absent)` v.
 */
export interface LeafWeights {
  /** (joined - 1)! absent! / (joined + absent)!, at joined * size + absent; 0 where nobody joined. */
  gain: Float64Array
  /** joined! (absent - 1)! / (joined + absent)!, likewise; 0 where nobody is absent. */
  loss: Float64Array
  size: number
}

/** For up to this many players on a path. */
export function leafWeights(players: number): LeafWeights {
  const size = players + 1
  const gain = new Float64Array(size * size)
  const loss = new Float64Array(size * size)
  for (let joined = 0; joined < size; joined++) {
    for (let absent = 0; joined + absent < size; absent++) {
      // joined! absent! / (joined + absent)! = 1 / binomial(joined + absent, joined).
      const share = 1 / binomial(joined + absent, joined)
      if (joined > 0) gain[joined * size + absent] = share / joined
      if (absent > 0) loss[joined * size + absent] = share / absent
    }
  }
  return { gain, loss, size }
}

function binomial(n: number, k: number): number {
  let result = 1
  for (let i = 1; i <= k; i++) result = (result * (n - k + i)) / i
  return result
}

export function bitCount(word: number): number {
  let rest = word - ((word >>> 1) & 0x5555_5555)
  rest = (rest & 0x3333_3333) + ((rest >>> 2) & 0x3333_3333)
  return Math.imul((rest + (rest >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24
}
