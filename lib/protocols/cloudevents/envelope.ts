// CloudEvents 1.0 over HTTP (github.com/cloudevents/spec, http-protocol-binding): one event in the headers and its data in
// the body (binary mode), one event as JSON (structured), or a list of them (batched).
import { ProblemError } from '@/lib/platform/errors'
import { MOST_EVENTS_A_CALL } from '@/lib/serving/contract'
import { parseJson } from '@/lib/serving/json-body'
import { mediaType, utf8 } from '../shared/body-text'

export interface CloudEvent {
  /** By their names in lower case; extensions too. */
  attributes: ReadonlyMap<string, string>
  /** As text. */
  data: string
}

/** An event that cannot be read, in its place in the list. */
export interface BrokenEvent {
  reason: string
}

export type ReadEvent = CloudEvent | BrokenEvent

export function readEvents(body: Uint8Array, headers: Readonly<Record<string, string | undefined>>): ReadEvent[] {
  switch (mediaType(headers['content-type'])) {
    case 'application/cloudevents+json':
      return [fromJson(parseJson(utf8(body)))]
    case 'application/cloudevents-batch+json':
      return fromBatch(parseJson(utf8(body)))
    default:
      if (headers['ce-specversion'] !== undefined) return [fromHeaders(headers, utf8(body))]
      throw new ProblemError('unsupported_media', 'Send CloudEvents: application/cloudevents+json, application/cloudevents-batch+json, or the attributes as ce- headers.', { code: 'content_type' })
  }
}

function fromBatch(list: unknown): ReadEvent[] {
  if (!Array.isArray(list) || list.length === 0) throw new ProblemError('invalid', 'Send a list of at least one event.', { code: 'no_items' })
  if (list.length > MOST_EVENTS_A_CALL) throw new ProblemError('invalid', `Send at most ${MOST_EVENTS_A_CALL} events in a call, not ${list.length}.`, { code: 'too_many_items' })
  return list.map(fromJson)
}

function fromHeaders(headers: Readonly<Record<string, string | undefined>>, data: string): ReadEvent {
  const attributes = new Map<string, string>()
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith('ce-') && value !== undefined) attributes.set(name.slice(3), percentDecoded(value))
  }
  return checked({ attributes, data })
}

/** Header values have what is no printable ASCII as percent signs; a value that has none of these stays as it is. */
function percentDecoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

function fromJson(event: unknown): ReadEvent {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) return { reason: 'An event must be an object.' }
  const attributes = new Map<string, string>()
  for (const [name, value] of Object.entries(event)) {
    if (name !== 'data' && name !== 'data_base64' && (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')) attributes.set(name.toLowerCase(), String(value))
  }
  return checked({ attributes, data: dataOf(event as Record<string, unknown>) })
}

function dataOf(event: Record<string, unknown>): string {
  const own = (name: string): unknown => (Object.hasOwn(event, name) ? event[name] : undefined)
  const packed = own('data_base64')
  if (typeof packed === 'string') return Buffer.from(packed, 'base64').toString('utf8')
  const data = own('data')
  // A text is data of another type than JSON, or JSON that was not unpacked; no prediction is a text alone.
  return typeof data === 'string' ? data : data === undefined ? '' : JSON.stringify(data)
}

function checked(event: CloudEvent): ReadEvent {
  if (event.attributes.get('specversion') !== '1.0') return { reason: 'The event’s specversion must be 1.0.' }
  const missing = ['id', 'source', 'type'].find((name) => !event.attributes.get(name))
  return missing === undefined ? event : { reason: `The event has no ${missing}.` }
}
