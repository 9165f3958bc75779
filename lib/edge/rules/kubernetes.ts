// What Kubernetes is told: a model for KServe with Triton as the engine, or a bundle's own image.
import { stringify } from 'yaml'
import type { ModelExport } from '../contract'

export interface ComputeResources {
  cpu: string
  memory: string
}

export interface KServeOptions {
  /** Of a model repository as `export triton` writes it. */
  storageUri: string
  /** Of the Flightdeck that keeps the log; its secret may stand in it as a password. */
  logUrl: string | null
  namespace: string | null
  resources: ComputeResources
  replicas: number
}

/**
 * InferenceService of serving.kserve.io/v1beta1 (kserve/pkg/apis/serving/v1beta1), which speaks the Open Inference Protocol
 * and sends each request and response to /api/ingest/cloudevents.
 */
export function inferenceService(exported: ModelExport, { storageUri, logUrl, namespace, resources, replicas }: KServeOptions): string {
  const { model, version } = exported
  const query = new URLSearchParams({ model: `${model.slug}@${exported.environment}`, version: String(version.number) })
  return stringify({
    apiVersion: 'serving.kserve.io/v1beta1',
    kind: 'InferenceService',
    metadata: { ...metadataOf(exported, model.slug), ...(namespace === null ? {} : { namespace }) },
    spec: {
      predictor: {
        minReplicas: replicas,
        model: {
          modelFormat: { name: 'onnx', version: '1' },
          runtime: 'kserve-tritonserver',
          protocolVersion: 'v2',
          storageUri,
          resources: { requests: resources, limits: resources },
        },
        ...(logUrl === null ? {} : { logger: { mode: 'all', url: `${logUrl}/api/ingest/cloudevents?${query.toString()}` } }),
      },
    },
  }, { aliasDuplicateObjects: false })
}

export interface EdgeDeploymentOptions {
  image: string
  namespace: string | null
  resources: ComputeResources
  /** Of the volume that the spool is kept on. */
  storage: string
}

const PORT = 8080
/** `node` in the image. */
const USER = 1000

/** One replica with a volume of its own: a spool has one writer. */
export function edgeDeployment(exported: ModelExport, { image, namespace, resources, storage }: EdgeDeploymentOptions): string {
  const name = `${exported.model.slug}-edge`
  const metadata = { ...metadataOf(exported, name), ...(namespace === null ? {} : { namespace }) }
  const selector = { 'app.kubernetes.io/name': name }
  const probe = (path: string) => ({ httpGet: { path, port: PORT } })
  const documents = [
    { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } } },
    {
      apiVersion: 'apps/v1', kind: 'Deployment', metadata,
      spec: {
        replicas: 1,
        strategy: { type: 'Recreate' },
        selector: { matchLabels: selector },
        template: {
          metadata: { labels: metadata.labels },
          spec: {
            automountServiceAccountToken: false,
            securityContext: { runAsNonRoot: true, runAsUser: USER, fsGroup: USER },
            containers: [{
              name: 'edge', image,
              ports: [{ containerPort: PORT }],
              livenessProbe: probe('/health/live'),
              readinessProbe: probe('/health/ready'),
              resources: { requests: resources, limits: resources },
              securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
              volumeMounts: [{ name: 'data', mountPath: '/data' }],
            }],
            volumes: [{ name: 'data', persistentVolumeClaim: { claimName: name } }],
          },
        },
      },
    },
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { selector, ports: [{ port: 80, targetPort: PORT }] } },
  ]
  return documents.map((document) => stringify(document, { aliasDuplicateObjects: false })).join('---\n')
}

function metadataOf({ id, model, version, release }: ModelExport, name: string) {
  return {
    name,
    labels: { 'app.kubernetes.io/name': name, 'app.kubernetes.io/version': String(version.number), 'app.kubernetes.io/part-of': 'flightdeck' },
    annotations: { 'flightdeck/model': model.slug, 'flightdeck/export': id, 'flightdeck/release': release.id, 'flightdeck/sha256': version.artifactHash },
  }
}
