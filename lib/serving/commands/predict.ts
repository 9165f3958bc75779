// Flightdeck's own predict call: `{inputs, environment?, subject?, subjects?, requestId?, explain?}`.
import type { Principal } from '@/lib/access/contract'
import { authorize } from '@/lib/access/rules'
import type { PredictAnswer, PredictedRow } from '../contract'
import { DEFAULT_ENVIRONMENT, outputOf, readPredictCall, type PredictCall } from '../rules'
import { countUnread, serve, type Circumstances, type ServeCall, type Served, type ServedRow } from './serve'

/** @param circumstances what the server noted; a call from inside the program has none */
export async function predict(actor: Principal | null, model: string, body: unknown, circumstances: Circumstances = fromInside()): Promise<PredictAnswer> {
  authorize(actor, 'predict')
  const call = read(model, body)
  const { environment, version, rows, isList, subjects, requestId, explain, locale } = call
  const asked: ServeCall = { model, environment, version, rows, pathOf: isList ? pathInList : pathAlone, subjects, requestId, explain, locale }
  return wholeAnswer(call, await serve(actor, asked, circumstances))
}

const pathInList = (row: number) => `inputs[${row}]`
const pathAlone = () => 'inputs'

export function fromInside(): Circumstances {
  return { arrived: performance.now(), bytes: 0, timeoutMs: null, headers: {} }
}

function read(model: string, body: unknown): PredictCall {
  try {
    return readPredictCall(body)
  } catch (error) {
    countUnread(model, environmentOf(body), error)
    throw error
  }
}

/** The environment that a refused body was meant for, so that the refusal is counted there. */
function environmentOf(body: unknown): string {
  const isObject = typeof body === 'object' && body !== null && Object.hasOwn(body, 'environment')
  const given = isObject ? (body as { environment: unknown }).environment : undefined
  return typeof given === 'string' ? given : DEFAULT_ENVIRONMENT
}

function wholeAnswer(call: PredictCall, { route, rows, warnings }: Served): PredictAnswer {
  // Without a version asked for by its number there is always a release.
  const head = { model: route.model.slug, environment: route.environment, release: route.release?.id ?? '' }
  const tail = warnings.length > 0 ? { warnings } : {}
  const [first] = rows
  if (!call.isList && first) return { ...head, ...predictedRow(first, call.explain), ...tail }
  return { ...head, predictions: rows.map((row) => predictedRow(row, call.explain)), ...tail }
}

function predictedRow({ id, version, answer, hit, reasons }: ServedRow, withReasons: boolean): PredictedRow {
  const row: PredictedRow = { id, version: version.number, output: outputOf(version.signature, answer) }
  if (hit) row.fallback = hit
  if (withReasons) row.reasons = reasons
  return row
}
