// What one token, or one model in one environment, may be asked, and what of it is used.
import type { ProblemError } from '@/lib/platform/errors'
import type { CallLimits } from '../contract'
import type { MonthQuota } from './month-quota'
import { quotaExhausted, tooFast, tooManyAtOnce, tooManyBytes, tooManyRows } from './refusals'
import { RowBucket } from './row-bucket'

export const NO_LIMITS: CallLimits = { rowsASecond: null, burstRows: null, rowsAMonth: null, callsAtOnce: null, bodyBytes: null, rowsACall: null, deadlineMs: null }

export interface GateName {
  /** In the names of its policies. */
  kind: 'token' | 'model'
  /** Begins its refusals. */
  prefix: string
}

/** A limit as it is announced: RateLimit-Policy has what is allowed, RateLimit what is left. */
export interface PolicyField {
  policy: string
  state: string
}

export class Gate {
  limits: CallLimits = NO_LIMITS
  running = 0
  quota: MonthQuota | null = null
  private bucket: RowBucket | null = null
  private policies: string | null = null

  /** @param standard the rate where its own limits name none */
  constructor(
    readonly name: GateName,
    private readonly standard: { rowsASecond: number; burst: number } | null = null,
  ) {
    this.setLimits(NO_LIMITS, true)
  }

  setLimits(limits: CallLimits, isFirst = false): void {
    if (limits === this.limits && !isFirst) return
    const rate = rateOf(limits) ?? this.standard
    const { bucket } = this
    const isSameRate = rate !== null && bucket !== null && rate.rowsASecond === bucket.rowsASecond && rate.burst === bucket.burst
    if (!isSameRate) this.bucket = rate && new RowBucket(rate.rowsASecond, rate.burst, performance.now())
    if (limits.rowsAMonth === null) this.quota = null
    this.limits = limits
    this.policies = policiesOf(this.name.kind, limits)
  }

  /** Whether its quota, if it has one, is counted for the month of this time. */
  isCounted(at: number): boolean {
    return this.limits.rowsAMonth === null || (this.quota?.covers(at) ?? false)
  }

  /** Nothing of it is used, so that it may be forgotten. */
  isIdle(): boolean {
    return this.running === 0 && (this.bucket === null || this.bucket.available(performance.now()) >= this.bucket.burst)
  }

  /** Why a call of so many rows and bytes may not enter now; null where it may. Takes nothing. */
  refusal(rows: number, bytes: number, clock: number, at: number): ProblemError | null {
    const { bodyBytes, rowsACall, callsAtOnce, rowsAMonth } = this.limits
    const { bucket, quota, name } = this
    if (bodyBytes !== null && bytes > bodyBytes) return tooManyBytes(name.prefix, bodyBytes, bytes)
    if (rowsACall !== null && rows > rowsACall) return tooManyRows(name.prefix, rowsACall, rows)
    // No waiting would let it in.
    if (bucket !== null && rows > bucket.burst) return tooManyRows(name.prefix, bucket.burst, rows)
    if (callsAtOnce !== null && this.running >= callsAtOnce) return tooManyAtOnce(name.prefix, callsAtOnce)
    if (rowsAMonth !== null && quota !== null) {
      const left = quota.left(rowsAMonth)
      if (rows > left) return quotaExhausted(name.prefix, rowsAMonth, left, quota.ends, secondsTo(quota.ends, at))
    }
    if (bucket !== null && rows > bucket.available(clock)) return tooFast(name.prefix, bucket.rowsASecond, bucket.burst, bucket.secondsUntil(rows, clock))
    return null
  }

  /** The month that the rows count in: its `end` must follow. */
  enter(rows: number): MonthQuota | null {
    this.running += 1
    this.bucket?.take(rows)
    this.quota?.begin(rows)
    return this.quota
  }

  leave(): void {
    this.running -= 1
  }

  /** Null where no limit is set. */
  fields(clock: number, at: number): PolicyField | null {
    if (this.policies === null) return null
    const { kind } = this.name
    const { rowsASecond, rowsAMonth, callsAtOnce } = this.limits
    let state = ''
    if (rowsASecond !== null && this.bucket !== null) {
      const { bucket } = this
      const available = Math.max(0, bucket.available(clock))
      state += `, "${kind}-rate";r=${Math.floor(available)};t=${Math.ceil((bucket.burst - available) / bucket.rowsASecond)}`
    }
    if (rowsAMonth !== null && this.quota !== null) state += `, "${kind}-month";r=${this.quota.left(rowsAMonth)};t=${secondsTo(this.quota.ends, at)}`
    if (callsAtOnce !== null) state += `, "${kind}-at-once";r=${Math.max(0, callsAtOnce - this.running)}`
    return { policy: this.policies, state: state.slice(2) }
  }
}

/** A burst of one second where none is said. */
function rateOf({ rowsASecond, burstRows }: CallLimits): { rowsASecond: number; burst: number } | null {
  return rowsASecond === null ? null : { rowsASecond, burst: burstRows ?? Math.max(1, Math.ceil(rowsASecond)) }
}

/**
 * draft-ietf-httpapi-ratelimit-headers: `q` of the units `qu` in `w` seconds. A bucket is announced as its burst in the time
 * in which it fills. The draft's registry has no unit for rows; clients that do not know it leave that policy aside.
 */
function policiesOf(kind: GateName['kind'], limits: CallLimits): string | null {
  const { rowsAMonth, callsAtOnce, bodyBytes, rowsACall } = limits
  const rate = rateOf(limits)
  const policies: string[] = []
  if (rate) policies.push(`"${kind}-rate";q=${rate.burst};w=${Math.max(1, Math.ceil(rate.burst / rate.rowsASecond))};qu="rows"`)
  if (rowsAMonth !== null) policies.push(`"${kind}-month";q=${rowsAMonth};qu="rows"`)
  if (callsAtOnce !== null) policies.push(`"${kind}-at-once";q=${callsAtOnce};qu="concurrent-requests"`)
  if (bodyBytes !== null) policies.push(`"${kind}-body";q=${bodyBytes};qu="content-bytes"`)
  if (rowsACall !== null) policies.push(`"${kind}-call";q=${rowsACall};qu="rows"`)
  return policies.length > 0 ? policies.join(', ') : null
}

function secondsTo(then: number, at: number): number {
  return Math.max(1, Math.ceil((then - at) / 1000))
}
