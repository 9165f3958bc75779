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

/**
 * Likewise of pairs: the leaf gives two joined players `bothJoined` v, two absent ones `bothAbsent` v, and one of each
 * -`oneEach` v: the mixed derivative of the leaf's multilinear extension, averaged over the diagonal (Owen 1972).
 */
export interface PairWeights {
  /** (joined - 2)! absent! / (joined + absent - 1)!, at joined * size + absent; 0 where there is no such pair. */
  bothJoined: Float64Array
  /** joined! (absent - 2)! / (joined + absent - 1)! */
  bothAbsent: Float64Array
  /** (joined - 1)! (absent - 1)! / (joined + absent - 1)! */
  oneEach: Float64Array
  size: number
}

/** For up to this many players on a path. */
export function pairWeights(players: number): PairWeights {
  const size = players + 1
  const [bothJoined, bothAbsent, oneEach] = [0, 0, 0].map(() => new Float64Array(size * size)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  // a! b! / (a + b + 1)! = 1 / ((a + b + 1) binomial(a + b, a)).
  const share = (a: number, b: number) => 1 / ((a + b + 1) * binomial(a + b, a))
  for (let joined = 0; joined < size; joined++) {
    for (let absent = 0; joined + absent < size; absent++) {
      const at = joined * size + absent
      if (joined > 1) bothJoined[at] = share(joined - 2, absent)
      if (absent > 1) bothAbsent[at] = share(joined, absent - 2)
      if (joined > 0 && absent > 0) oneEach[at] = share(joined - 1, absent - 1)
    }
  }
  return { bothJoined, bothAbsent, oneEach, size }
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
