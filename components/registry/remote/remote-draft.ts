// What a person has said of a server so far, and what is sent of it.
import { PROTOCOL_WORDS, REMOTE_PROTOCOLS, SECRET_REFERENCE, type RemoteProtocol } from '@/lib/inference/remote/endpoint'
import type { Task, VersionMetadata } from '@/lib/registry/contract'
import { errorsByPlace, type Errors } from '../register/draft'

export interface RemoteDraft {
  protocol: RemoteProtocol
  url: string
  model: string
  modelVersion: string
  /** Reference of a secret that is sent as a bearer token. */
  secret: string
  /** Empty where the metadata file says it. */
  task: Task | ''
  /** Separated by commas, in the order of their probabilities. */
  classes: string
  positiveClass: string
  /** Further members of the document, as JSON. */
  more: string
}

export const EMPTY_REMOTE_DRAFT: RemoteDraft = { protocol: 'open-inference', url: '', model: '', modelVersion: '', secret: '', task: '', classes: '', positiveClass: '', more: '' }

export const PROTOCOL_OPTIONS = REMOTE_PROTOCOLS.map((value) => ({ value, label: PROTOCOL_WORDS[value] }))

/** Protocols whose address has the model's name in it. */
export function isNamed(protocol: RemoteProtocol): boolean {
  return protocol === 'open-inference' || protocol === 'kserve-v1' || protocol === 'tf-serving'
}

export const ADDRESS_HINTS: Record<RemoteProtocol, string> = {
  'open-inference': '/v2/models/…/infer is added.',
  mlflow: '/invocations is added.',
  'kserve-v1': '/v1/models/…:predict is added.',
  'tf-serving': '/v1/models/…:predict is added.',
  sagemaker: '/invocations is added, unless calls are signed for AWS.',
  json: 'Used as it is.',
}

export const MORE_EXAMPLES: Record<RemoteProtocol, string> = {
  'open-inference': '{"answer": {"probabilities": {"output": "predict_proba"}}}',
  mlflow: '{"answer": {"value": {}}}',
  'kserve-v1': '{"inputs": {"shape": "columns"}}',
  'tf-serving': '{"answer": {"probability": {"column": 0}}}',
  sagemaker: '{"format": "csv"}',
  json: '{"template": {"body": {"rows": "$rows"}, "rows": "/answers"}}',
}

/** The document as far as it was written; what is wrong with it beyond this is told by the server. */
export function endpointToSend(draft: RemoteDraft): { endpoint: Record<string, unknown>; errors: Errors } {
  const errors: Errors = {}
  const more = readMore(draft.more, errors)
  if (draft.url.trim() === '') errors['endpoint.url'] = 'Enter the address of the server.'
  const secret = draft.secret.trim()
  if (secret !== '' && !SECRET_REFERENCE.test(secret)) errors['endpoint.headers'] = 'Name a secret as env:FLIGHTDECK_SECRET_… or file:NAME, never the secret itself.'
  const headers = { ...(isObject(more.headers) ? more.headers : {}), ...(secret === '' ? {} : { authorization: { secret, prefix: 'Bearer ' } }) }
  const named = isNamed(draft.protocol) ? { model: draft.model.trim() || undefined, modelVersion: draft.modelVersion.trim() || undefined } : {}
  return { endpoint: { protocol: draft.protocol, url: draft.url.trim(), ...named, ...more, ...(Object.keys(headers).length > 0 ? { headers } : {}) }, errors }
}

function readMore(text: string, errors: Errors): Record<string, unknown> {
  if (text.trim() === '') return {}
  try {
    const parsed = JSON.parse(text) as unknown
    if (isObject(parsed)) return parsed
    errors['endpoint.more'] = 'Write an object, such as {"timeoutMs": 500}.'
  } catch {
    errors['endpoint.more'] = 'This is not JSON. Check it with a JSON formatter.'
  }
  return {}
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What was chosen here comes before what the metadata file says. */
export function answeringOf({ task, classes, positiveClass }: RemoteDraft): Pick<VersionMetadata, 'task' | 'classes' | 'positiveClass'> {
  const names = classes.split(',').map((name) => name.trim()).filter((name) => name !== '')
  const isNumbers = names.every((name) => /^-?\d+$/.test(name))
  const asClass = (name: string) => (isNumbers ? Number(name) : name)
  return {
    ...(task === '' ? {} : { task }),
    ...(names.length === 0 || task === 'regression' ? {} : { classes: names.map(asClass) }),
    ...(positiveClass.trim() === '' || task !== 'binary' ? {} : { positiveClass: names.length === 0 && !/^-?\d+$/.test(positiveClass.trim()) ? positiveClass.trim() : asClass(positiveClass.trim()) }),
  }
}

const PLACES = ['endpoint.url', 'endpoint.model', 'endpoint.protocol', 'endpoint.headers']
const ANSWERING = ['task', 'classes', 'positiveClass']

/** From the server's paths to the places of the form. */
export function remoteErrors(problems: readonly { path: string; message: string }[]): Errors {
  const errors: Errors = {}
  const others: { path: string; message: string }[] = []
  for (const problem of problems) {
    const answering = ANSWERING.find((member) => problem.path === `metadata.${member}`)
    const place = PLACES.find((one) => problem.path === one || problem.path.startsWith(`${one}.`)) ?? answering ?? (problem.path === 'endpoint' || problem.path.startsWith('endpoint.') ? 'endpoint.more' : undefined)
    if (place === undefined) others.push(problem)
    // The whole sentence stands below the form.
    else if (problem.path !== 'endpoint') errors[place] = errors[place] === undefined ? problem.message : `${errors[place]} ${problem.message}`
  }
  return { ...errors, ...errorsByPlace(others) }
}
