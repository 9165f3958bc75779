// MLflow's scoring server over our own predict. A client is given the address of a model, /mlflow/{model}, and adds
// /invocations, /ping, /health and /version to it.
import { ProblemError } from '@/lib/platform/errors'
import { isReady } from '@/lib/platform/readiness'
import type { RawAnswer, RawCall } from '../contract'
import { adapter, type PathParts } from '../shared/adapter'
import { addressOf, type Address } from '../shared/address'
import { ask, subjectFrom } from '../shared/ask'
import { badBody } from '../shared/given'
import { predictionOf, readMethod, type PredictMethod } from '../shared/predictions'
import { json } from '../shared/refusal'
import { routeToRead } from '../shared/route'
import { readScoringBody } from './body'
import { refuseAsMlflow } from './dialect'

/** Whose mlflow/pyfunc/scoring_server is followed here. */
export const MLFLOW_VERSION = '3.17.2'
const MODEL_HEADER = 'x-flightdeck-model'

export const mlflow = adapter({ name: 'mlflow', actions: { invocations, ping, version }, refuse: refuseAsMlflow })

async function invocations(call: RawCall, parts: PathParts): Promise<RawAnswer> {
  const address = calledModel(call, parts)
  let method: PredictMethod = 'predict'
  const served = await ask(call, address, ({ signature }, body) => {
    const { given, params } = readScoringBody(body, call.headers)
    method = readMethod(Object.hasOwn(params, 'predict_method') ? params.predict_method : null, 'params.predict_method', signature)
    const subjects = subjectsFrom(params, given.rows.length)
    return { given, extra: 'drop', ...(subjects === null ? {} : { subjects }) }
  })
  return json(200, { predictions: served.rows.map((row) => predictionOf(row, method)) })
}

function calledModel({ headers, query }: RawCall, { model }: PathParts): Address {
  const name = model ?? headers[MODEL_HEADER] ?? query.get('model')
  if (name) return addressOf(name, headers, query.get('version'))
  throw new ProblemError('malformed', 'Say which model is called: POST /mlflow/{model}/invocations, or the header X-Flightdeck-Model, or ?model=.', { code: 'model_unnamed' })
}

/** Ours, as the protocol lets a model have parameters of its own: `subject`, or `subjects` with one for each row. */
function subjectsFrom(params: Readonly<Record<string, unknown>>, rows: number): string | (string | null)[] | null {
  const own = (name: string): unknown => (Object.hasOwn(params, name) ? (params[name] ?? null) : null)
  const [one, list] = [own('subject'), own('subjects')]
  if (one === null && list === null) return null
  if (list === null) return textSubject(one, 'params.subject')
  if (one !== null || !Array.isArray(list) || list.length !== rows) {
    throw badBody('params.subjects', 'items', 'params may have a subject, or subjects with one (or null) for each row.')
  }
  return list.map((subject: unknown, row) => (subject === null ? null : textSubject(subject, `params.subjects[${row}]`)))
}

function textSubject(subject: unknown, path: string): string | null {
  if (typeof subject === 'string') return subjectFrom(subject)
  throw badBody(path, 'type', `${path} must be a text.`)
}

/** Without a token it tells of the server, with one of the model too. */
async function ping(call: RawCall, { model }: PathParts): Promise<RawAnswer> {
  if (model !== undefined && call.principal !== null) await routeToRead(call.principal, addressOf(model, call.headers))
  return isReady() ? json(200, { status: 'Healthy' }) : json(503, { status: 'Unhealthy' })
}

function version(): RawAnswer {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: MLFLOW_VERSION }
}
