// The document that describes a server somewhere else which answers for a version: the artifact of a remote version is this
// document as canonical JSON. Runs in the browser too. It names secrets and never holds one.
import { z } from 'zod'

export const REMOTE_PROTOCOLS = ['open-inference', 'mlflow', 'kserve-v1', 'tf-serving', 'sagemaker', 'json'] as const
export type RemoteProtocol = (typeof REMOTE_PROTOCOLS)[number]

/** As people call them. */
export const PROTOCOL_WORDS: Record<RemoteProtocol, string> = {
  'open-inference': 'Open Inference (KServe v2, MLServer, Triton)',
  mlflow: 'MLflow scoring server',
  'kserve-v1': 'KServe v1',
  'tf-serving': 'TensorFlow Serving',
  sagemaker: 'SageMaker (container or endpoint)',
  json: 'Another JSON server',
}

/** `env:` a variable of the server that starts with FLIGHTDECK_SECRET_; `file:` a file in `secrets` of its data directory. */
export const SECRET_REFERENCE = /^(env:FLIGHTDECK_SECRET_[A-Z0-9_]{1,100}|file:[A-Za-z0-9][A-Za-z0-9._-]{0,99})$/
const secretReference = z.string().regex(SECRET_REFERENCE, 'Name a secret as env:FLIGHTDECK_SECRET_… or file:NAME, never the secret itself.')

/** Zod's name for a rule of one's own. */
const CUSTOM = 'custom'

const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,100}$/
/** Made by the client itself; another value would only do harm. */
const OWN_HEADERS = new Set(['host', 'content-length', 'content-type', 'connection', 'transfer-encoding', 'accept-encoding', 'expect', 'upgrade', 'te', 'trailer', 'keep-alive', 'proxy-connection'])
const SECRET_HEADER = /authorization|cookie|token|secret|password|api-?key/i

const headerValue = z.union([
  z.string().max(1000).regex(/^[\x20-\x7e]*$/, 'Use printable ASCII.'),
  z.strictObject({
    secret: secretReference,
    /** What stands before it, such as `Bearer `. */
    prefix: z.string().max(50).regex(/^[\x20-\x7e]*$/, 'Use printable ASCII.').optional(),
  }),
])

const headersSchema = z
  .record(z.string().regex(HEADER_NAME, 'This is not the name of a header.'), headerValue)
  .refine((headers) => Object.keys(headers).length <= 30, 'At most 30 headers can be sent.')
  .superRefine((headers, check) => {
    for (const [name, value] of Object.entries(headers)) {
      if (OWN_HEADERS.has(name.toLowerCase())) check.addIssue({ code: CUSTOM, path: [name], message: `${name} is sent by Flightdeck itself.` })
      if (typeof value === 'string' && SECRET_HEADER.test(name)) {
        check.addIssue({ code: CUSTOM, path: [name], message: `${name} looks like a secret. Refer to it: {"secret": "env:FLIGHTDECK_SECRET_…"}.` })
      }
    }
  })

export const REMOTE_FIELD_TYPES = ['number', 'integer', 'boolean', 'category', 'text'] as const

export const OPEN_INFERENCE_TYPES = ['BOOL', 'UINT8', 'UINT16', 'UINT32', 'UINT64', 'INT8', 'INT16', 'INT32', 'INT64', 'FP16', 'FP32', 'FP64', 'BYTES'] as const
export type OpenInferenceType = (typeof OPEN_INFERENCE_TYPES)[number]

const remoteFieldSchema = z.strictObject({
  name: z.string().min(1).max(200),
  type: z.enum(REMOTE_FIELD_TYPES),
  /** What it is called there, where that is something else. */
  remoteName: z.string().min(1).max(200).optional(),
  /** Open Inference: of its tensor. */
  datatype: z.enum(OPEN_INFERENCE_TYPES).optional(),
  /** The server has an answer for a row without it: null is sent. */
  mayBeMissing: z.boolean().optional(),
  /** What it knows; another value is let through and counts as unknown. */
  categories: z.array(z.string().max(200)).max(10_000).optional(),
})
export type RemoteField = z.infer<typeof remoteFieldSchema>

const fieldsSchema = z
  .array(remoteFieldSchema)
  .min(1, 'Name at least one field.')
  .max(2000)
  .refine((fields) => new Set(fields.map(({ name }) => name)).size === fields.length, 'Every field needs a name of its own.')

const inputsSchema = z.strictObject({
  /** `matrix`: a row is a list of numbers in the order of the fields. `columns`: every field is sent under its name. */
  shape: z.enum(['matrix', 'columns']).optional(),
  fields: fieldsSchema.optional(),
  /** Open Inference: the matrix's tensor. */
  tensor: z.string().min(1).max(200).optional(),
  datatype: z.enum(OPEN_INFERENCE_TYPES).optional(),
})

/** Where a part of the answer is found in what the server says for one row. */
const placeSchema = z.strictObject({
  /** The output (Open Inference), the member of the row's object, or a JSON pointer into it (RFC 6901). */
  output: z.string().min(1).max(300).optional(),
  /** Where it stands in the row's list, from 0. */
  column: z.number().int().min(0).max(10_000).optional(),
})
export type Place = z.infer<typeof placeSchema>

const answerSchema = z.strictObject({
  label: placeSchema.optional(),
  /** Of the positive class. */
  probability: placeSchema.optional(),
  /** Of all classes, in the order of `classes`. */
  probabilities: placeSchema.optional(),
  value: placeSchema.optional(),
})
export type AnswerPlaces = z.infer<typeof answerSchema>

/** Parameters of Open Inference requests, such as `{"content_type": "pd"}` for MLServer. */
const parametersSchema = z.record(z.string().max(100), z.union([z.string().max(1000), z.number(), z.boolean()]))

const json: z.ZodType<unknown> = z.json()

const templateSchema = z.strictObject({
  /**
   * The body to send. A text `$rows` in it stands for the list of rows, `$row` for the one row (then each row is a call of its
   * own), `$field:NAME` for one value of that row.
   */
  body: json,
  /** JSON pointer to the list with an entry for each row, or with `$row` to the row's own answer. Empty: the whole body. */
  rows: z.string().max(500).regex(/^(\/.*)?$/, 'A JSON pointer is empty or starts with /.').default(''),
})
export type RemoteTemplate = z.infer<typeof templateSchema>

const awsSchema = z.strictObject({
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'Name a region such as eu-central-1.'),
  accessKeyId: secretReference,
  secretAccessKey: secretReference,
  sessionToken: secretReference.optional(),
})
export type AwsSigning = z.infer<typeof awsSchema>

const urlSchema = z
  .url({ protocol: /^https?$/, error: 'Enter an address that starts with https:// or http://.' })
  .max(2000)
  .refine((text) => !URL.canParse(text) || (new URL(text).username === '' && new URL(text).password === ''), 'Leave user and password out of the address: send them in a header, as a secret by reference.')
  .refine((text) => !text.includes('#'), 'Leave out what follows #: it is not sent.')

const base = z.strictObject({
  protocol: z.enum(REMOTE_PROTOCOLS),
  /** The server's address; the protocol's own path is added, but for `json` and for SageMaker endpoints signed for AWS. */
  url: urlSchema,
  /** What the model is called there. */
  model: z.string().min(1).max(200).optional(),
  /** The version asked for there. Without it, the server chooses, and may change its answers unnoticed. */
  modelVersion: z.string().min(1).max(100).optional(),
  /** What tells this version from another one at the same address, such as the tag of an image. */
  note: z.string().max(200).optional(),
  inputs: inputsSchema.default({}),
  answer: answerSchema.default({}),
  parameters: parametersSchema.optional(),
  /** SageMaker: how rows are written. */
  format: z.enum(['json', 'csv']).optional(),
  template: templateSchema.optional(),
  aws: awsSchema.optional(),
  headers: headersSchema.optional(),
  /** Of one call with everything that belongs to it: waiting for a connection, retries, reading. */
  timeoutMs: z.number().int().min(50).max(60_000).default(2000),
  /** Rows of one call; more are sent as several. */
  mostRows: z.number().int().min(1).max(10_000).default(256),
  /** Connections kept open; calls beyond wait. */
  connections: z.number().int().min(1).max(256).default(16),
  /** Explanations ask the server for mixed rows; this many a second at most. */
  explainedRowsASecond: z.number().int().min(100).max(1_000_000).default(5000),
})

export const endpointSchema = base.superRefine((endpoint, check) => {
  const refuse = (path: string, message: string) => check.addIssue({ code: CUSTOM, path: [path], message })
  const { protocol } = endpoint
  if ((protocol === 'open-inference' || protocol === 'kserve-v1' || protocol === 'tf-serving') && endpoint.model === undefined) refuse('model', 'Say what the model is called at that server.')
  if (protocol === 'json' && endpoint.template === undefined) refuse('template', 'Describe the body to send: {"body": {"rows": "$rows"}, "rows": "/answers"}.')
  if (protocol !== 'json' && endpoint.template !== undefined) refuse('template', 'A template belongs to the protocol json.')
  if (protocol !== 'sagemaker' && endpoint.aws !== undefined) refuse('aws', 'Signing for AWS belongs to the protocol sagemaker.')
  if (protocol !== 'sagemaker' && endpoint.format !== undefined) refuse('format', 'A format belongs to the protocol sagemaker.')
  if (protocol !== 'open-inference' && endpoint.parameters !== undefined) refuse('parameters', 'Parameters belong to the protocol open-inference.')
  if (endpoint.template !== undefined && !hasPlaceholder(endpoint.template.body)) refuse('template', 'The body has no place for rows: write "$rows" for the list, or "$row" or "$field:NAME" for one row.')
  const { shape, fields } = endpoint.inputs
  const texts = fields?.filter(({ type }) => type === 'category' || type === 'text').map(({ name }) => name) ?? []
  if (shape === 'matrix' && texts.length > 0) refuse('inputs', `A matrix holds numbers, and ${texts[0]} is text. Send columns.`)
})

/** As it is written down by hand. */
export type EndpointInput = z.input<typeof endpointSchema>
export type Endpoint = z.output<typeof endpointSchema>
/** With everything that a call needs. */
export type CompleteEndpoint = Endpoint & { inputs: Endpoint['inputs'] & { shape: 'matrix' | 'columns'; fields: RemoteField[] } }

export function isComplete(endpoint: Endpoint): endpoint is CompleteEndpoint {
  return endpoint.inputs.fields !== undefined && endpoint.inputs.shape !== undefined && Object.keys(endpoint.answer).length > 0
}

function hasPlaceholder(body: unknown): boolean {
  if (typeof body === 'string') return body === '$rows' || body === '$row' || body.startsWith('$field:')
  if (Array.isArray(body)) return body.some(hasPlaceholder)
  return typeof body === 'object' && body !== null && Object.values(body).some(hasPlaceholder)
}

/** Whether each row is a call of its own. */
export function isRowByRow({ template }: Pick<Endpoint, 'template'>): boolean {
  return template !== undefined && !hasRows(template.body)
}

function hasRows(body: unknown): boolean {
  if (typeof body === 'string') return body === '$rows'
  if (Array.isArray(body)) return body.some(hasRows)
  return typeof body === 'object' && body !== null && Object.values(body).some(hasRows)
}

/** The secrets it refers to, each once. */
export function secretsOf({ headers = {}, aws }: Pick<Endpoint, 'headers' | 'aws'>): string[] {
  const named = Object.values(headers).flatMap((value) => (typeof value === 'string' ? [] : [value.secret]))
  const keys = aws ? [aws.accessKeyId, aws.secretAccessKey, aws.sessionToken].filter((one) => one !== undefined) : []
  return [...new Set([...named, ...keys])]
}
