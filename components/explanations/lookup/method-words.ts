import type { Explanation } from '@/lib/explanations/contract'

/** How an explanation was computed. @param orders as people write the number of them */
export function methodInWords({ method, permutations }: Pick<Explanation, 'method' | 'permutations'>, orders: string): string {
  if (method === 'exact') return 'Computed exactly, over all combinations of fields.'
  return `Sampled from ${permutations === 1 ? 'one order' : `${orders} orders`} of the fields; ± is the standard error of each value.`
}

/** Null where nothing independent of the explanation was computed. */
export function residualInWords({ residual }: Pick<Explanation, 'residual'>): string | null {
  if (residual === null) return null
  if (residual === 0) return 'What they add up to is to the bit what the runtime answered.'
  return `What they add up to differs from the runtime’s own answer by ${Math.abs(residual).toExponential(1)}: its numbers have seven digits, these have sixteen.`
}
