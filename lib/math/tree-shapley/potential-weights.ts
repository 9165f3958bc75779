// What one background row counts in the potentials of a leaf's game, as whole numbers.
//
// A player's Shapley value is the potential of the game less the potential of the game without the player (Hart and
// Mas-Colell 1989, doi:10.2307/1911054). For the leaf of a path with d players, of which the explained row fails the
// set S, and one background row, which fails the set J, the potential is the integral of t^(j-1) (1-t)^a with j = |J|
// and a = |S|, that is (j-1)! a! / (j+a)!, if S and J have nobody in common, else 0. Without player k the leaf is
// reached only where k, taken from the background row, is satisfied; then nobody asks what the explained row's k does.
// So in the sum over the background rows the potential without k is a function of S and k together:
//
//   P(U) = sum over the background rows that satisfy U of (j-1)! (|U|-1)! / (j+|U|-1)!,   U = S with k
//
// and since the values add up to f(x) - f(background),
//
//   value of k = (f(x) - mean f(background)) / d + (mean over the path's players m of P(S with m)) - P(S with k).
//
// One number for each of the 2^d sets U gives the values of all players.

/** More players on one path make no table. */
export const MOST_PATTERN_PLAYERS = 14

export interface PotentialWeights {
  /** lcm(1, .., d-1): a row counts a whole number of its parts, since k binomial(n, k) divides lcm(1, .., n). */
  denominator: number
  /** At [j * d + |U| - 1], in these parts. */
  weights: Float64Array
}

/** @param players d, at least 1 and at most `MOST_PATTERN_PLAYERS` */
export function potentialWeights(players: number): PotentialWeights {
  let denominator = 1
  for (let n = 2; n < players; n++) denominator = (denominator * n) / greatestCommonDivisor(denominator, n)
  const weights = new Float64Array(players * players)
  // The integral of t^-1 (1-t)^a has no end, but only differences count: minus the harmonic number of a, and so that no
  // weight is negative, the largest one added.
  let harmonic = 0
  for (let absent = players - 1; absent >= 0; absent--) {
    weights[absent] = harmonic
    if (absent > 0) harmonic += denominator / absent
  }
  for (let joined = 1; joined < players; joined++) {
    let binomial = 1
    for (let absent = 0; joined + absent < players; absent++) {
      // (j-1)! a! / (j+a)! = 1 / (j binomial(j+a, a))
      weights[joined * players + absent] = denominator / (joined * binomial)
      binomial = (binomial * (joined + absent + 1)) / (absent + 1)
    }
  }
  return { denominator, weights }
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}
