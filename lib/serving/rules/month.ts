/** The month (UTC) that a time lies in; `ends` is the first millisecond of the next. */
export function monthOf(at: number): { begins: number; ends: number } {
  const date = new Date(at)
  const year = date.getUTCFullYear()
  const month = date.getUTCMonth()
  return { begins: Date.UTC(year, month, 1), ends: Date.UTC(year, month + 1, 1) }
}
