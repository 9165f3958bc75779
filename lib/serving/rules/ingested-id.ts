// The id of a prediction that another engine made: a UUIDv7 whose random part is a hash (as RFC 9562, section 5.8, lets an
// implementation choose), so that the same prediction sent again has the same id.
import { sha256 } from '@/lib/platform/crypto'

const VARIANTS = '89ab'

/** @param at milliseconds UTC; @param key of the sender and its event */
export function ingestedId(at: number, key: string, row: number): string {
  const hash = sha256(`${key}\n${row}`)
  const time = Math.floor(at).toString(16).padStart(12, '0')
  const variant = VARIANTS[Number.parseInt(hash.slice(3, 4), 16) & 3] ?? '8'
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hash.slice(0, 3)}-${variant}${hash.slice(4, 7)}-${hash.slice(7, 19)}`
}
