// What SageMaker asks of a container (docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html):
// /ping and /invocations for one model, on a port of its own, where every call acts as one token.
import Papa from 'papaparse'
import { ProblemError } from '@/lib/platform/errors'
import { isReady } from '@/lib/platform/readiness'
import type { Protocol, RawAnswer, RawCall } from '../contract'
import { adapter } from '../shared/adapter'
import type { Address } from '../shared/address'
import { ask, subjectFrom } from '../shared/ask'
import { predictionOf, readMethod, type PredictMethod } from '../shared/predictions'
import { json, sentenceOf, statusOf } from '../shared/refusal'
import { routeOf } from '../shared/route'
import { readInvocation } from './body'

const CUSTOM_ATTRIBUTES = 'x-amzn-sagemaker-custom-attributes'

export function sageMaker(address: Address): Protocol {
  return adapter({
    name: 'sagemaker',
    actions: { ping: (call) => ping(call, address), invocations: (call) => invocations(call, address) },
    refuse,
  })
}

function refuse(problem: ProblemError): RawAnswer {
  return json(problem.code === 'accept_unsupported' ? 406 : statusOf(problem), { error: { code: problem.code, message: sentenceOf(problem) } })
}

/** Healthy only once the model is served: an endpoint is in service from its first healthy answer. */
async function ping({ principal }: RawCall, address: Address): Promise<RawAnswer> {
  if (!isReady()) return json(503, { status: 'Unhealthy' })
  try {
    await routeOf(principal, address)
  } catch (cause) {
    throw new ProblemError('unavailable', 'The model of this endpoint is not served yet.', { code: 'model_not_served', cause })
  }
  return json(200, { status: 'Healthy' })
}

async function invocations(call: RawCall, address: Address): Promise<RawAnswer> {
  const { headers, circumstances } = call
  const attributes = headers[CUSTOM_ATTRIBUTES]
  if (attributes !== undefined) circumstances.headers[CUSTOM_ATTRIBUTES] = attributes
  const accepted = acceptedType(headers.accept)
  const options = optionsOf(attributes)
  let method: PredictMethod = 'predict'
  const { rows } = await ask(call, address, ({ signature }, body) => {
    method = readMethod(options.get('predict_method'), 'predict_method', signature)
    const subject = subjectFrom(options.get('subject'))
    return { given: readInvocation(body, headers, signature), extra: 'drop', ...(subject === null ? {} : { subjects: subject }) }
  })
  const predictions = rows.map((row) => predictionOf(row, method))
  if (accepted === 'application/json') return json(200, { predictions })
  const lines = predictions.map((prediction) => (Array.isArray(prediction) ? (prediction as unknown[]) : [prediction]))
  return { status: 200, headers: { 'content-type': 'text/csv' }, body: `${Papa.unparse(lines, { newline: '\n' })}\n` }
}

/** The caller's own words for the container, such as `predict_method=predict_proba, subject=booking-1`. */
function optionsOf(attributes = ''): Map<string, string> {
  const pairs = attributes.split(/[,;]/).map((pair) => pair.split('=', 2).map((part) => part.trim()))
  return new Map(pairs.flatMap(([name, value]) => (name && value ? [[name, value]] : [])))
}

function acceptedType(accept = ''): 'application/json' | 'text/csv' {
  const types = accept.split(',').map((type) => type.split(';', 1)[0]?.trim().toLowerCase() ?? '')
  const [first] = types.flatMap((type) => (type === '' || type === '*/*' || type === 'application/*' || type === 'application/json' ? ['application/json' as const] : type === 'text/csv' || type === 'text/*' ? ['text/csv' as const] : []))
  if (first) return first
  throw new ProblemError('unsupported_media', 'This endpoint answers application/json or text/csv. Send one of them as Accept.', { code: 'accept_unsupported' })
}
