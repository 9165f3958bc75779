// One call to infer, whatever carried it: tensors to rows, serving, and rows to tensors.
import type { Principal } from '@/lib/access/contract'
import { authorize, may } from '@/lib/access/rules'
import { ProblemError } from '@/lib/platform/errors'
import { countUnread, serve, type Circumstances, type Served } from '@/lib/serving/commands'
import { MOST_SINGLE_BYTES } from '@/lib/serving/json-body'
import { routing, type Route, type ServedVersion } from '@/lib/serving/routing'
import type { Address } from '../shared/address'
import type { InferAnswer, InferCall } from './contract'
import { inputLayoutOf } from './input-layout'
import { outputLayoutOf } from './output-layout'
import { columnsFor, outputsOf } from './outputs'
import { readParameters } from './parameters'
import { rowsFrom } from './rows'

export interface InferRequest {
  actor: Principal | null
  address: Address
  /** As the caller named the model, which the answer repeats. */
  modelName: string
  circumstances: Circumstances
  requestId: string
  /** Reads the tensors from what was sent. */
  read(): Promise<InferCall>
}

export async function infer({ actor, address, modelName, circumstances, requestId, read }: InferRequest): Promise<InferAnswer> {
  authorize(actor, 'predict')
  const version = namingVersion(await routeOf(actor, address))
  let call: InferCall
  let asked: Asked
  try {
    call = await read()
    asked = understand(call, version, circumstances.bytes)
  } catch (error) {
    countUnread(address.model, address.environment, error)
    throw error
  }
  const { rows, subjects, explain, locale, timeoutMs } = asked
  if (timeoutMs !== null) circumstances.timeoutMs = Math.min(timeoutMs, circumstances.timeoutMs ?? Infinity)
  const served = await serve(actor, { ...address, rows, subjects, explain, locale, requestId: call.id ?? requestId, pathOf: (row) => `rows[${row}]` }, circumstances)
  return { modelName, id: call.id, ...answerOf(served, call, explain) }
}

export async function routeOf(actor: Principal, { model, environment, version }: Address): Promise<Route> {
  const table = routing()
  if (version !== null) return table.findVersion(model, environment, version, may(actor, 'predict:unreleased'))
  return table.known(model, environment) ?? (await table.find(model, environment))
}

/** The version whose words the tensors are in: the champion, whoever answers. */
export function namingVersion({ release, versions }: Route): ServedVersion {
  const champion = release?.arms.find((arm) => arm.role === 'champion')
  const version = versions.find(({ id }) => id === champion?.versionId) ?? versions[0]
  if (!version) throw new ProblemError('unavailable', 'The release in force has no version.', { code: 'release_without_arms' })
  return version
}

interface Asked extends ReturnType<typeof readParameters> {
  rows: ReturnType<typeof rowsFrom>['rows']
  subjects: (string | null)[] | string | null
}

function understand(call: InferCall, version: ServedVersion, bytes: number): Asked {
  const parameters = readParameters(call.parameters)
  columnsFor(outputLayoutOf(version), call.outputs)
  const { rows, subjects } = rowsFrom(call.inputs, inputLayoutOf(version))
  if (rows.length === 1 && bytes > MOST_SINGLE_BYTES) {
    throw new ProblemError('too_large', `A body with one row may have at most ${MOST_SINGLE_BYTES} bytes.`, { code: 'body_too_large' })
  }
  return { ...parameters, rows, subjects: subjects ?? parameters.subject }
}

/** What the protocol has no place for goes into the answer's parameters, where it takes plain texts only: lists as JSON. */
function answerOf({ route, rows, warnings }: Served, call: InferCall, explain: boolean): Pick<InferAnswer, 'modelVersion' | 'parameters' | 'outputs'> {
  const parameters: Record<string, string> = { environment: route.environment }
  if (route.release) parameters.release = route.release.id
  const [first] = rows
  const isOneVersion = rows.every((row) => row.version === first?.version)
  if (!isOneVersion) parameters.versions = JSON.stringify(rows.map((row) => row.version.number))
  if (rows.some((row) => row.hit !== null)) {
    parameters.fallback = JSON.stringify(rows.map(({ hit, answer }) => hit && { ...hit, ...(answer.score === undefined ? {} : { score: answer.score }) }))
  }
  if (explain) parameters.reasons = JSON.stringify(rows.map((row) => row.reasons))
  if (warnings.length > 0) parameters.warnings = JSON.stringify(warnings)
  return { modelVersion: isOneVersion && first ? String(first.version.number) : null, parameters, outputs: outputsOf(rows, call.outputs) }
}
