// Whether a model still decides for the reasons it had, from the hourly profiles of its explanations: the cost depends on
// the hours looked at, not on how many predictions were ever explained.
import type { Session } from '@/lib/database'
import { Profile } from '@/lib/math/profile'
import { HOUR_MS, hourOf } from '@/lib/platform/clock'
import type { Signature, AttributionReference } from '@/lib/registry/contract'
import type { Channel } from '@/lib/serving/contract'
import type { AttributionReport, FieldAttribution, Window } from '../contract'
import {
  compareReasons, contributionDistance, bandOf, mergeTallies, rankingKept, reasonVerdict, stretchOf, tallyOf,
  type AttributionTally, type ReasonFacts,
} from '../rules/attributions'
import type { WatchedReason } from '../rules/decide-reasons'
import { reasonSentence } from '../rules/reason-words'
import type { ReasonWatch } from '../rules/settings'
import { bucketOf, bucketStarts } from '../rules/time'
import { binLabel } from '../rules/words'
import { explainedHours, type ExplainedHour } from './explained-hours'
import { referenceProfile, type WatchedVersion } from './subjects'

/** Fewer explained rows than this make a point of noise. A monitor that judges by less is believed. */
const LEAST_ROWS_A_POINT = 50

export interface AttributionQuestion {
  version: WatchedVersion
  environment: string
  /** Calls where none is given. */
  channel?: Channel
  window: Window
  bucketMs: number
  watch: ReasonWatch
}

/** null where the explanations of the version have no reference. */
export async function attributionsOf(db: Session, asked: AttributionQuestion): Promise<AttributionReport | null> {
  const { version, environment, channel, window, bucketMs, watch } = asked
  const { attributions } = version
  if (attributions === null) return null
  const spanMs = Math.max(bucketMs, watch.spanHours * HOUR_MS)
  const from = hourOf(window.from)
  const loaded = { from: Math.min(from, bucketOf(from, bucketMs) + bucketMs - spanMs), to: window.to }
  const hours = await explainedHours(db, version, environment, loaded, channel)
  const inWindow = hours.filter(({ at }) => at >= from)

  const reference = tallyOf(referenceProfile(attributions), watch.places)
  const whole = tallyOf(merged(attributions, inWindow), watch.places)
  const spans = spansOf(hours, attributions, reference, { from, to: window.to }, bucketMs, spanMs, watch.places)
  const least = Math.min(LEAST_ROWS_A_POINT, watch.minimumRows)
  const facts = compareReasons(reference, whole, watch)
  const fields = facts.flatMap((one, index) => {
    const field = version.signature.fields[index]
    if (!field) return []
    const series = spans.map(({ at, tally }) => pointOf(at, tally, reference, index, least, watch))
    return [fieldAttribution(field, one, whole.rows, watch, binsOf(attributions, index, reference, whole), series)]
  })
  return {
    versionId: version.id,
    versionNumber: version.number,
    unit: unitOf(version.signature, attributions),
    window: { from, to: window.to },
    bucketMs,
    spanMs,
    rows: sumOf(inWindow.map(({ rows }) => rows)),
    explained: sumOf(inWindow.map(({ explained }) => explained)),
    referenceRows: attributions.rows,
    places: watch.places,
    minimumRows: watch.minimumRows,
    ndcg: rankingKept(reference, whole),
    leastNdcg: watch.leastNdcg,
    series: spans.map(({ at, tally }) => ({ at, ndcg: tally.rows < least ? null : rankingKept(reference, tally) })),
    fields: fields.sort((a, b) => distanceOf(b) - distanceOf(a)),
  }
}

/** One comparison of a whole window, for a check. */
export async function reasonsOfWindow(
  db: Session, version: WatchedVersion, environment: string, window: Window, watch: Pick<ReasonWatch, 'places' | 'tolerance' | 'standardErrors'>,
): Promise<{ rows: number; ndcg: number | null; unit: string | null; fields: WatchedReason[] } | null> {
  const { attributions, signature } = version
  if (attributions === null) return null
  const reference = tallyOf(referenceProfile(attributions), watch.places)
  const current = tallyOf(merged(attributions, await explainedHours(db, version, environment, window)), watch.places)
  const fields = compareReasons(reference, current, watch).flatMap((facts, index) => {
    const field = signature.fields[index]
    return field ? [{ ...facts, field: field.name, displayName: field.displayName }] : []
  })
  return { rows: current.rows, ndcg: rankingKept(reference, current), unit: unitOf(signature, attributions), fields }
}

function merged({ shape }: AttributionReference, hours: readonly ExplainedHour[]): Profile {
  const whole = new Profile(shape)
  for (const { profile } of hours) if (profile) whole.merge(profile)
  return whole
}

/** The stretch before the end of each bucket of the window. */
function spansOf(
  hours: readonly ExplainedHour[], attributions: AttributionReference, like: AttributionTally, window: Window, bucketMs: number, spanMs: number, places: number,
): { at: number; tally: AttributionTally }[] {
  const byBucket = new Map<number, ExplainedHour[]>()
  for (const hour of hours) {
    const start = bucketOf(hour.at, bucketMs)
    const bucket = byBucket.get(start)
    if (bucket) bucket.push(hour)
    else byBucket.set(start, [hour])
  }
  const tallies = new Map([...byBucket].map(([start, bucket]) => [start, tallyOf(merged(attributions, bucket), places)]))
  const inSpan = Math.max(1, Math.round(spanMs / bucketMs))
  return bucketStarts(window, bucketMs).map((at) => {
    const span = Array.from({ length: inSpan }, (_, back) => tallies.get(at - back * bucketMs)).filter((tally) => tally !== undefined)
    return { at, tally: mergeTallies(like, span) }
  })
}

function pointOf(at: number, tally: AttributionTally, reference: AttributionTally, field: number, least: number, watch: ReasonWatch): FieldAttribution['series'][number] {
  if (tally.rows < least) return { at, share: null, low: null, high: null, jensenShannon: null }
  const count = tally.main[field] ?? 0
  const band = bandOf({ count: reference.main[field] ?? 0, rows: reference.rows }, tally.rows, watch)
  return { at, share: count / tally.rows, ...band, jensenShannon: contributionDistance(reference, tally, field) }
}

function fieldAttribution(
  { name, displayName, isSensitive }: Signature['fields'][number], { bins: _, ...facts }: ReasonFacts, rows: number, watch: ReasonWatch,
  bins: FieldAttribution['bins'], series: FieldAttribution['series'],
): FieldAttribution {
  const { reference, current } = facts.main
  const verdict = current === null || rows < watch.minimumRows ? 'unknown' : reasonVerdict(current, reference, facts.band)
  const sentence = reasonSentence({ displayName, places: watch.places, verdict, reference, current })
  return { field: name, displayName, isSensitive, ...facts, verdict, sentence, bins, series }
}

function binsOf({ shape }: AttributionReference, field: number, reference: AttributionTally, current: AttributionTally): FieldAttribution['bins'] {
  const column = shape[field]
  if (column?.kind !== 'number') return []
  return Array.from(reference.bins[field] ?? [], (count, bin) => ({
    label: binLabel(column, bin, { isWhole: false }),
    reference: count,
    current: current.bins[field]?.[bin] ?? 0,
  }))
}

/** Log-odds of a score; a raw score of one class of several has no name that people know. */
function unitOf({ task, scoreUnit }: Signature, { scale }: AttributionReference): string | null {
  if (scale === 'margin') return task === 'multiclass' ? null : 'log-odds'
  return scoreUnit ?? null
}

function distanceOf({ main, band }: FieldAttribution): number {
  return main.current === null ? -1 : stretchOf(main.current, main.reference, band)
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0)
}
