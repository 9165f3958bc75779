// TorchServe's inference interface. A class is answered as its default classifiers do: every class with its
// probability; a regression answers its number.
import type { ProblemError, ProblemKind } from '@/lib/platform/errors'
import type { Served, ServedRow } from '@/lib/serving/commands'
import type { RawAnswer, RawCall } from '../contract'
import { adapter, type PathParts } from '../shared/adapter'
import { addressOf } from '../shared/address'
import { ask } from '../shared/ask'
import { probabilitiesOf } from '../shared/predictions'
import { json, sentenceOf, statusOf } from '../shared/refusal'
import { explanationsOf } from '../kserve-v1'
import { readHandlerBody, type HandlerBody } from './body'

/** POST only: GET /predictions is a page. */
export const torchserve = adapter({ name: 'torchserve', actions: { predict, explain }, refuse, methods: ['POST'] })

/** The names of TorchServe's own exceptions, where it has one. */
const TYPES: Record<ProblemKind, string> = {
  malformed: 'BadRequestException',
  invalid: 'BadRequestException',
  too_large: 'BadRequestException',
  unsupported_media: 'BadRequestException',
  unauthenticated: 'InvalidKeyException',
  forbidden: 'InvalidKeyException',
  not_found: 'ModelNotFoundException',
  conflict: 'ConflictStatusException',
  rate_limited: 'ServiceUnavailableException',
  unavailable: 'ServiceUnavailableException',
  timed_out: 'InternalServerException',
  internal: 'InternalServerException',
}

function refuse(problem: ProblemError): RawAnswer {
  const code = statusOf(problem)
  const type = problem.code === 'version_unknown' ? 'ModelVersionNotFoundException' : TYPES[problem.kind]
  return json(code, { code, type, message: sentenceOf(problem) })
}

async function predict(call: RawCall, parts: PathParts): Promise<RawAnswer> {
  const { served, shape } = await serveRows(call, parts, false)
  return shaped(served.rows.map(answerOf), shape, 'predictions')
}

async function explain(call: RawCall, parts: PathParts): Promise<RawAnswer> {
  const { served, shape } = await serveRows(call, parts, true)
  return shaped(explanationsOf(served), shape, 'explanations')
}

async function serveRows(call: RawCall, { model = '', version }: PathParts, isExplained: boolean): Promise<{ served: Served; shape: HandlerBody['shape'] }> {
  let shape: HandlerBody['shape'] = 'single'
  const served = await ask(call, addressOf(model, call.headers, version), async (_, bytes) => {
    const body = await readHandlerBody(bytes, call.headers)
    shape = body.shape
    return { given: body.given, extra: 'refuse', explain: isExplained }
  })
  return { served, shape }
}

function answerOf({ version: { signature }, answer }: ServedRow): unknown {
  if (signature.task === 'regression') return answer.value ?? null
  const classes = probabilitiesOf(signature, answer)
  return classes.length === 0 ? (answer.label ?? null) : Object.fromEntries(classes)
}

function shaped(answers: readonly unknown[], shape: HandlerBody['shape'], member: string): RawAnswer {
  if (shape === 'instances') return json(200, { [member]: answers })
  return json(200, shape === 'single' ? answers[0] : answers)
}
