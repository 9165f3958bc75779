// KServe's first protocol and TensorFlow Serving's REST interface: the same paths, and answers that both kinds of client
// read. A version stands in the path, and a label of TensorFlow's is an environment of ours.
import type { ProblemError } from '@/lib/platform/errors'
import type { Served } from '@/lib/serving/commands'
import { routing } from '@/lib/serving/routing'
import { DEFAULT_ENVIRONMENT, outputOf } from '@/lib/serving/rules'
import type { RawAnswer, RawCall } from '../contract'
import { adapter, type PathParts } from '../shared/adapter'
import { addressOf, decodedPart, ENVIRONMENT_HEADER, nameOf, type Address } from '../shared/address'
import { ask } from '../shared/ask'
import { badBody } from '../shared/given'
import { predictionOf, PREDICT_METHODS, probabilitiesOf, readMethod, type PredictMethod } from '../shared/predictions'
import { json, sentenceOf, statusOf } from '../shared/refusal'
import { namingVersion, requireReader, routeToRead } from '../shared/route'
import { readExamples, readJson, readPredictBody } from './body'
import { DEFAULT_SIGNATURE, modelMetadata, modelStatus } from './metadata'

export const kserveV1 = adapter({ name: 'kserve-v1', actions: { list, status, metadata, predict, explain, classify, regress }, refuse })

function refuse(problem: ProblemError): RawAnswer {
  return json(statusOf(problem), { error: sentenceOf(problem) })
}

function calledModel({ headers }: RawCall, { model = '', version, label }: PathParts): Address {
  const address = addressOf(model, headers, version)
  return label === undefined ? address : { ...address, environment: decodedPart(label) }
}

async function list({ principal, headers }: RawCall): Promise<RawAnswer> {
  requireReader(principal)
  const environment = headers[ENVIRONMENT_HEADER] ?? DEFAULT_ENVIRONMENT
  const released = await routing().released()
  return json(200, { models: released.filter((one) => one.environment === environment).map((one) => one.model).sort() })
}

async function status(call: RawCall, parts: PathParts): Promise<RawAnswer> {
  const address = calledModel(call, parts)
  return json(200, modelStatus(nameOf(address), (await routeToRead(call.principal, address)).versions))
}

async function metadata(call: RawCall, parts: PathParts): Promise<RawAnswer> {
  const address = calledModel(call, parts)
  return json(200, modelMetadata(nameOf(address), namingVersion(await routeToRead(call.principal, address))))
}

async function predict(call: RawCall, parts: PathParts): Promise<RawAnswer> {
  let method: PredictMethod = 'predict'
  let isColumns = false
  const { rows } = await ask(call, calledModel(call, parts), ({ signature }, body) => {
    const read = readPredictBody(readJson(body, call.headers))
    isColumns = read.isColumns
    method = readMethod(methodOf(read.signatureName), 'signature_name', signature)
    return { given: read.given, extra: 'refuse' }
  })
  const predictions = rows.map((row) => predictionOf(row, method))
  return json(200, isColumns ? { outputs: predictions } : { predictions })
}

/** Of the signatures that the metadata tells. */
function methodOf(signatureName: unknown): unknown {
  if (signatureName === null || signatureName === '' || signatureName === DEFAULT_SIGNATURE) return null
  if (signatureName === PREDICT_METHODS[1]) return signatureName
  throw badBody('signature_name', 'options', `The model has no signature of this name. Use ${DEFAULT_SIGNATURE}, or predict_proba for probabilities.`)
}

async function explain(call: RawCall, parts: PathParts): Promise<RawAnswer> {
  const served = await ask(call, calledModel(call, parts), (_, body) => ({ given: readPredictBody(readJson(body, call.headers)).given, extra: 'refuse', explain: true }))
  return json(200, { explanations: explanationsOf(served), ...(served.warnings.length > 0 ? { warnings: served.warnings } : {}) })
}

/** The answer of each row with its reasons. */
export function explanationsOf({ rows }: Served): Record<string, unknown>[] {
  return rows.map(({ id, version, answer, reasons }) => ({ prediction_id: id, version: version.number, output: outputOf(version.signature, answer), reasons }))
}

async function classify(call: RawCall, parts: PathParts): Promise<RawAnswer> {
  const { rows } = await ask(call, calledModel(call, parts), ({ signature }, body) => {
    if (signature.task === 'regression') throw badBody('(body)', 'task', 'The model is a regression: ask :regress or :predict.')
    return { given: readExamples(readJson(body, call.headers, '{"examples": […]}')), extra: 'refuse' }
  })
  return json(200, { results: rows.map(({ version, answer }) => probabilitiesOf(version.signature, answer)) })
}

async function regress(call: RawCall, parts: PathParts): Promise<RawAnswer> {
  const { rows } = await ask(call, calledModel(call, parts), ({ signature }, body) => {
    if (signature.task !== 'regression') throw badBody('(body)', 'task', 'The model chooses a class: ask :classify or :predict.')
    return { given: readExamples(readJson(body, call.headers, '{"examples": […]}')), extra: 'refuse' }
  })
  return json(200, { results: rows.map(({ answer }) => answer.value ?? null) })
}
