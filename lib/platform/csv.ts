// CSV as RFC 4180, guarded against spreadsheets that run cells (OWASP "CSV Injection"). Runs in the browser too.

const FORMULA_START = /^[=+\-@\t\r]/

function writeCell(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : ''
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const safe = FORMULA_START.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** Numbers stay numbers, also negative ones; text that a spreadsheet would run gets a leading apostrophe; objects are JSON. */
export function toCsv(rows: ReadonlyArray<ReadonlyArray<unknown>>): string {
  return rows.map((row) => `${row.map(writeCell).join(',')}\r\n`).join('')
}

export function isoOrEmpty(at: number | null): string {
  return at === null ? '' : new Date(at).toISOString()
}
