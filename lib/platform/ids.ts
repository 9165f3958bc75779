// UUIDv7 (RFC 9562, section 5.7): sorts by time; a 12-bit counter keeps order within a millisecond.
import { randomFillSync } from 'node:crypto'
import { now } from './clock'

const POOL_BYTES = 4096
const pool = new Uint8Array(POOL_BYTES)
let poolAt = POOL_BYTES
let lastAt = -1
let counter = 0

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

export function newId(at: number = now()): string {
  if (poolAt + 10 > POOL_BYTES) {
    randomFillSync(pool)
    poolAt = 0
  }
  let time = at
  if (time <= lastAt && lastAt - time < 1000) {
    // Same millisecond, or a clock that stepped back a little: keep the order by counting on.
    time = lastAt
    counter += 1
    if (counter > 0xfff) {
      time += 1
      counter = 0
    }
  } else {
    counter = (((pool[poolAt] ?? 0) & 0x07) << 8) | (pool[poolAt + 1] ?? 0)
  }
  lastAt = time
  const high = Math.floor(time / 0x1_0000_0000)
  const low = time % 0x1_0000_0000
  const hex = (value: number) => HEX[value & 0xff] ?? '00'
  const random = (offset: number) => pool[poolAt + offset] ?? 0
  const id =
    hex(high >>> 8) + hex(high) + hex(low >>> 24) + hex(low >>> 16) + '-' + hex(low >>> 8) + hex(low) + '-' +
    hex(0x70 | (counter >>> 8)) + hex(counter) + '-' +
    hex(0x80 | (random(2) & 0x3f)) + hex(random(3)) + '-' +
    hex(random(4)) + hex(random(5)) + hex(random(6)) + hex(random(7)) + hex(random(8)) + hex(random(9))
  poolAt += 10
  return id
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

export function isId(text: string): boolean {
  return UUID.test(text)
}

/** The time a UUIDv7 was made at, in milliseconds UTC. */
export function timeOfId(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
}
