// Why rows were rejected, from the file that says so for each of them.
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import Papa from 'papaparse'
import type { RejectedSummary } from '../contract'
import { jobDirectory } from './places'

/** Read at most, however long the file is: reasons repeat. */
const MOST_BYTES = 4 * 1024 * 1024
const MOST_REASONS = 20

/** null where there is no such file, or its time is over. */
export async function rejectedSummary(jobId: string, fileName: string, bytes: number): Promise<RejectedSummary | null> {
  const text = await head(join(jobDirectory(jobId), fileName))
  if (text === null) return null
  const isCut = bytes > MOST_BYTES
  const { data } = Papa.parse<string[]>(isCut ? text.slice(0, text.lastIndexOf('\n') + 1) : text, { skipEmptyLines: true })
  // The engine writes the row's number and its reason before the row itself.
  const rows = data.slice(1)
  const byReason = new Map<string, { count: number; firstRow: string | null }>()
  for (const row of rows) {
    const [number = null, reason = ''] = row
    const known = byReason.get(reason)
    if (known) known.count += 1
    else byReason.set(reason, { count: 1, firstRow: number })
  }
  const reasons = [...byReason].map(([reason, rest]) => ({ reason, ...rest })).sort((a, b) => b.count - a.count)
  return { counted: rows.length, isCut, reasons: reasons.slice(0, MOST_REASONS) }
}

async function head(path: string): Promise<string | null> {
  const parts: Buffer[] = []
  try {
    for await (const part of createReadStream(path, { end: MOST_BYTES - 1 })) parts.push(part as Buffer)
  } catch {
    return null
  }
  return Buffer.concat(parts).toString('utf8').replace(/^\ufeff/, '')
}
