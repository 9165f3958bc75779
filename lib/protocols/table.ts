// What every path of every foreign protocol maps to. The adapters dispatch by it, the guide shows it, a test holds both.
import type { Permission } from '@/lib/access/contract'

export const PROTOCOL_NAMES = ['open-inference', 'mlflow', 'kserve-v1', 'torchserve', 'seldon', 'sagemaker', 'cloudevents'] as const
export type ProtocolName = (typeof PROTOCOL_NAMES)[number]

export interface ProtocolWords {
  title: string
  /** Where refusals are told, and how. */
  dialect: string
  /** How a call says who it is. */
  authentication: string
}

const BEARER = 'Authorization: Bearer, or Basic with the token as the password'

export const PROTOCOLS: Record<ProtocolName, ProtocolWords> = {
  'open-inference': { title: 'Open Inference Protocol v2 (KServe, Triton, MLServer)', dialect: '{"error": "…"}', authentication: BEARER },
  mlflow: { title: 'MLflow scoring server', dialect: '{"error_code": "BAD_REQUEST", "message": "…"}; 415 in plain text', authentication: BEARER },
  'kserve-v1': { title: 'KServe v1 and TensorFlow Serving REST', dialect: '{"error": "…"}', authentication: BEARER },
  torchserve: { title: 'TorchServe', dialect: '{"code": 400, "type": "BadRequestException", "message": "…"}', authentication: BEARER },
  seldon: { title: 'Seldon’s naming of v2', dialect: 'as the Open Inference Protocol', authentication: BEARER },
  sagemaker: { title: 'SageMaker container', dialect: '{"error": {"code": "…", "message": "…"}}', authentication: 'none; every call acts as the token in FLIGHTDECK_SAGEMAKER_TOKEN' },
  cloudevents: { title: 'KServe’s payload log (CloudEvents)', dialect: 'problem documents (RFC 9457)', authentication: BEARER },
}

/** Null: anybody may ask. */
export type Need = Permission | 'predict or read' | null

export interface ProtocolEntry {
  protocol: ProtocolName
  method: 'GET' | 'POST'
  /** {model} takes `name` or `name@environment`. */
  path: string
  /** Name of the adapter's answer to it. */
  action: string
  needs: Need
  /** What happens here, in our words. */
  meaning: string
  /** On its own port, which the settings name. */
  hasOwnPort?: boolean
}

const entry = (protocol: ProtocolName, method: 'GET' | 'POST', path: string, action: string, needs: Need, meaning: string): ProtocolEntry => ({ protocol, method, path, action, needs, meaning })

const MLFLOW_MEANING = 'Predict with dataframe_split, dataframe_records, instances, inputs or CSV'

export const PROTOCOL_TABLE: readonly ProtocolEntry[] = [
  entry('open-inference', 'POST', '/v2/models/{model}/infer', 'infer', 'predict', 'Predict with tensors, as JSON or as bytes'),
  entry('open-inference', 'POST', '/v2/models/{model}/versions/{version}/infer', 'infer', 'predict', 'The same by one version'),
  entry('open-inference', 'GET', '/v2', 'server', null, 'Name, version and extensions of the server'),
  entry('open-inference', 'GET', '/v2/health/live', 'live', null, 'Whether the process lives'),
  entry('open-inference', 'GET', '/v2/health/ready', 'ready', null, 'Whether it takes calls: not while it drains'),
  entry('open-inference', 'GET', '/v2/models/{model}', 'metadata', 'predict or read', 'The inputs and outputs of the champion, and the versions in force'),
  entry('open-inference', 'GET', '/v2/models/{model}/versions/{version}', 'metadata', 'predict or read', 'The same of one version'),
  entry('open-inference', 'GET', '/v2/models/{model}/ready', 'modelReady', null, 'Whether a call to the model would be answered'),
  entry('open-inference', 'GET', '/v2/models/{model}/versions/{version}/ready', 'modelReady', null, 'The same of one version'),
  entry('open-inference', 'GET', '/v2/models/{model}/config', 'configuration', 'predict or read', 'Inputs and outputs as Triton’s configuration has them'),
  entry('open-inference', 'GET', '/v2/models/{model}/versions/{version}/config', 'configuration', 'predict or read', 'The same of one version'),
  entry('open-inference', 'POST', '/v2/repository/index', 'index', 'predict or read', 'Every version in force, in each environment'),

  entry('mlflow', 'POST', '/mlflow/{model}/invocations', 'invocations', 'predict', MLFLOW_MEANING),
  entry('mlflow', 'POST', '/invocations', 'invocations', 'predict', 'The same; the model is named by X-Flightdeck-Model or ?model='),
  entry('mlflow', 'POST', '/endpoints/{model}/invocations', 'invocations', 'predict', 'The same, where mlflow.deployments calls it'),
  entry('mlflow', 'POST', '/serving-endpoints/{model}/invocations', 'invocations', 'predict', 'The same, where Databricks clients call it'),
  entry('mlflow', 'GET', '/mlflow/{model}/ping', 'ping', null, 'Whether the server takes calls; with a token, whether the model is served'),
  entry('mlflow', 'GET', '/mlflow/{model}/health', 'ping', null, 'The same as ping'),
  entry('mlflow', 'GET', '/mlflow/{model}/version', 'version', null, 'The version of MLflow whose scoring protocol this is'),
  entry('mlflow', 'GET', '/ping', 'ping', null, 'Whether the server takes calls; TorchServe’s and SageMaker’s ping too'),

  entry('kserve-v1', 'GET', '/v1/models', 'list', 'predict or read', 'The models that are released, as KServe lists them'),
  entry('kserve-v1', 'GET', '/v1/models/{model}', 'status', 'predict or read', 'Readiness as KServe and version states as TensorFlow Serving tell it, in one answer'),
  entry('kserve-v1', 'GET', '/v1/models/{model}/versions/{version}', 'status', 'predict or read', 'The same of one version'),
  entry('kserve-v1', 'GET', '/v1/models/{model}/labels/{label}', 'status', 'predict or read', 'The same; the label is the environment'),
  entry('kserve-v1', 'GET', '/v1/models/{model}/metadata', 'metadata', 'predict or read', 'The signature, as TensorFlow Serving tells it'),
  entry('kserve-v1', 'GET', '/v1/models/{model}/versions/{version}/metadata', 'metadata', 'predict or read', 'The same of one version'),
  entry('kserve-v1', 'POST', '/v1/models/{model}:predict', 'predict', 'predict', 'Predict: instances give predictions, inputs give outputs'),
  entry('kserve-v1', 'POST', '/v1/models/{model}/versions/{version}:predict', 'predict', 'predict', 'The same by one version'),
  entry('kserve-v1', 'POST', '/v1/models/{model}/labels/{label}:predict', 'predict', 'predict', 'The same; the label is the environment'),
  entry('kserve-v1', 'POST', '/v1/models/{model}:explain', 'explain', 'predict', 'Predict with reasons'),
  entry('kserve-v1', 'POST', '/v1/models/{model}:classify', 'classify', 'predict', 'Predict examples: every class with its probability'),
  entry('kserve-v1', 'POST', '/v1/models/{model}/versions/{version}:classify', 'classify', 'predict', 'The same by one version'),
  entry('kserve-v1', 'POST', '/v1/models/{model}:regress', 'regress', 'predict', 'Predict examples of a regression'),
  entry('kserve-v1', 'POST', '/v1/models/{model}/versions/{version}:regress', 'regress', 'predict', 'The same by one version'),

  entry('torchserve', 'POST', '/predictions/{model}', 'predict', 'predict', 'Predict: JSON, raw or form field data; one row or many'),
  entry('torchserve', 'POST', '/predictions/{model}/{version}', 'predict', 'predict', 'The same by one version'),
  entry('torchserve', 'POST', '/explanations/{model}', 'explain', 'predict', 'Predict with reasons'),
  entry('torchserve', 'POST', '/explanations/{model}/{version}', 'explain', 'predict', 'The same by one version'),

  entry('seldon', 'POST', '/seldon/{namespace}/{deployment}/v2/models/{model}/infer', 'infer', 'predict', 'v2’s infer; the header Seldon-Model, where it is sent, names the model'),

  { ...entry('sagemaker', 'GET', '/ping', 'ping', null, 'Whether the server takes calls'), hasOwnPort: true },
  { ...entry('sagemaker', 'POST', '/invocations', 'invocations', 'predict', 'Predict with JSON or CSV by the model of FLIGHTDECK_SAGEMAKER_MODEL'), hasOwnPort: true },

  entry('cloudevents', 'POST', '/api/ingest/cloudevents', 'ingest', 'ingest', 'Take requests and responses of another engine as predictions of the channel ingested'),
]

/** The paths below which a protocol answers whatever comes, in its own dialect. */
export const PROTOCOL_ROOTS: Partial<Record<ProtocolName, readonly string[]>> = {
  'open-inference': ['/v2', '/v2/'],
  mlflow: ['/mlflow/', '/endpoints/', '/serving-endpoints/', '/invocations', '/ping'],
  'kserve-v1': ['/v1/'],
  torchserve: ['/predictions/', '/explanations/'],
  sagemaker: ['/'],
}
