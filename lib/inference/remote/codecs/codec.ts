// How a protocol writes rows and reads answers.
import { RemoteFailure } from '../failure'
import type { Received } from '../exchange'
import type { SentRow } from '../rows'

export interface Call {
  url: URL
  contentType: string
  body: string
}

export interface Codec {
  call(rows: readonly SentRow[]): Call
  /** What was said for each row, in their order, to be looked up by places. @throws RemoteFailure `invalid` */
  items(received: Received, rows: number): unknown[]
}

/** Below the address that was entered, whether or not that ends with a slash. */
export function below(base: string, path: string): URL {
  const url = new URL(base)
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/${path}`
  return url
}

export function invalid(message: string): RemoteFailure {
  return new RemoteFailure('invalid', message)
}

export function jsonOf({ body }: Received): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown
  } catch (cause) {
    throw new RemoteFailure('invalid', 'answered with something that is not JSON.', { cause })
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function member(value: unknown, name: string): unknown {
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

export function perRow(list: unknown, rows: number, what: string): unknown[] {
  if (!Array.isArray(list)) throw invalid(`answered without a list of ${what}.`)
  if (list.length !== rows) throw invalid(`gave ${list.length} ${what} for ${rows} rows.`)
  return list
}
