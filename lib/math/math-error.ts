export type MathFault =
  /** An argument is outside what the function is defined for. */
  | 'invalid-argument'
  /** Two things to be compared or merged do not have the same layout. */
  | 'shape-mismatch'
  /** Stored bytes are cut off, altered, or from a version this program does not know. */
  | 'malformed-bytes'

/** What the numerics cannot answer. It is the caller who knows whether a person caused it. */
export class MathError extends Error {
  constructor(
    readonly code: MathFault,
    message: string,
  ) {
    super(message)
    this.name = 'MathError'
  }
}
