// Which half of which prediction an event is. KServe's logger (kserve/kserve pkg/logger) sends the request and the response
// of a call with one id; Seldon's has an id of the call beside the event's own.
import { sha256 } from '@/lib/platform/crypto'
import { now } from '@/lib/platform/clock'
import type { IngestResult } from '@/lib/serving/contract'
import { LONGEST_SUBJECT } from '@/lib/serving/contract'
import type { ServedHalf } from '@/lib/serving/commands'
import type { RawCall } from '../contract'
import { addressOf } from '../shared/address'
import type { ReadEvent } from './envelope'

const TYPE = /^[\w.-]+\.inference\.(request|response)$/
const LONGEST_ID = 200
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f]/
/** What a transformer before the model is asked, and what an explainer behind it answers, is no prediction of it. */
const COMPONENTS = ['', 'predictor']

export interface Readings {
  halves: ServedHalf[]
  rejected: IngestResult['rejected']
}

/** Which model is meant, where the events' own service is not called like it. */
export interface Target {
  model: string | null
  version: string | null
  headers: RawCall['headers']
}

export function halvesOf(events: readonly ReadEvent[], target: Target): Readings {
  const halves: ServedHalf[] = []
  const rejected: IngestResult['rejected'] = []
  events.forEach((event, index) => {
    const half = 'reason' in event ? { code: 'event_malformed', message: event.reason } : halfOf(event, index, target)
    if ('message' in half) rejected.push({ index, ...half })
    else halves.push(half)
  })
  return { halves, rejected }
}

function halfOf({ attributes, data }: Exclude<ReadEvent, { reason: string }>, index: number, target: Target): ServedHalf | { code: string; message: string } {
  const own = (name: string) => attributes.get(name) ?? ''
  const type = TYPE.exec(own('type'))?.[1]
  if (!type || !COMPONENTS.includes(own('component'))) {
    return { code: 'event_type_unknown', message: 'The event is neither the request nor the response of a predictor: its type must end in .inference.request or .inference.response.' }
  }
  const name = target.model ?? own('inferenceservicename')
  if (name === '') return { code: 'model_unnamed', message: 'The event has no inferenceservicename; say which model is meant with ?model=.' }
  const id = own('requestid') || own('id')
  const subject = own('subject')
  if (id.length > LONGEST_ID || subject.length > LONGEST_SUBJECT || CONTROL_CHARACTER.test(id + subject)) {
    return { code: 'event_malformed', message: `The event’s id and subject may have at most ${LONGEST_ID} characters, and no control characters.` }
  }
  const atMicros = own('time') === '' ? now() * 1000 : microsOf(own('time'))
  if (atMicros === null) return { code: 'event_time_invalid', message: 'The event’s time must be a date and time as RFC 3339 has it.' }
  const { model, environment, version } = addressOf(encodeURIComponent(name), target.headers, target.version)
  return {
    index,
    key: sha256([own('source'), id, own('namespace'), own('inferenceservicename'), own('component'), model, environment].join('\n')),
    model,
    environment,
    half: type as 'request' | 'response',
    at: Math.floor(atMicros / 1000),
    content: { body: data, atMicros, requestId: id, subject: subject || null, version, isChallenger: own('endpoint') === 'canary' },
  }
}

const TIME = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/

/** Microseconds UTC; KServe's times have nanoseconds. */
function microsOf(time: string): number | null {
  const match = TIME.exec(time)
  const seconds = match ? Date.parse(time.replace(/\.\d+/, '')) : NaN
  return Number.isNaN(seconds) ? null : seconds * 1000 + Math.floor(Number(match?.[1] ?? 0) * 1e6)
}
