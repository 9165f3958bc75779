// What predictions cost: rows by the price that was in force when they were answered.
export interface Price {
  /** Of 1,000 predictions. */
  amount: number
  currency: string
}

/** A price from this time on; null where predictions cost nothing. */
export interface PriceSince {
  since: number
  price: Price | null
}

export function priceAt(prices: readonly PriceSince[], at: number): Price | null {
  let found: PriceSince | undefined
  for (const one of prices) if (one.since <= at && (found === undefined || one.since >= found.since)) found = one
  return found?.price ?? null
}

export function costOf(rows: number, price: Price): number {
  return (rows / 1000) * price.amount
}

/** Amounts by currency, in the order of their names. */
export type Costs = { currency: string; amount: number }[]

export function addCosts(...all: readonly Costs[]): Costs {
  const totals = new Map<string, number>()
  for (const { currency, amount } of all.flat()) totals.set(currency, (totals.get(currency) ?? 0) + amount)
  return [...totals].map(([currency, amount]) => ({ currency, amount })).sort((a, b) => (a.currency < b.currency ? -1 : 1))
}
