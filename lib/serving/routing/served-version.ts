// A version ready to answer: its session, its compiled validator, the layout of its profile. Shared by the environments
// it serves in, and closed when none needs it and its last request is through.
import { eq } from 'drizzle-orm'
import type { Session } from '@/lib/database'
import { openExactExplainer, type ExactExplainer } from '@/lib/inference/exact-explainer'
import { isQuick } from '@/lib/inference/quick'
import { openModel, type Answer, type LoadedModel } from '@/lib/inference/session'
import type { ProfileShape } from '@/lib/math/profile'
import type { Row } from '@/lib/onnx/encode'
import { ProblemError } from '@/lib/platform/errors'
import { logger } from '@/lib/platform/logging'
import { readStoredFile } from '@/lib/platform/storage'
import type { Signature, Version } from '@/lib/registry/contract'
import { registryTables } from '@/lib/registry/tables'
import { compileValidator, shapeOf, type RowValidator } from '../rules'
import { MicroBatch } from './micro-batch'

export class ServedVersion {
  readonly validate: RowValidator
  readonly fieldNames: readonly string[]
  private readonly batch: MicroBatch
  private requests = 0
  private isRetired = false
  private isClosed = false

  constructor(
    readonly id: string,
    readonly number: number,
    readonly modelId: string,
    readonly signature: Signature,
    readonly shape: ProfileShape,
    private readonly model: LoadedModel,
    /** Null where the version is explained by asking the model, which takes longer than a call may wait. */
    readonly exact: ExactExplainer | null,
    /** Of the profile of its explanations. */
    readonly attributionShape: ProfileShape | null,
  ) {
    this.validate = compileValidator(signature)
    this.fieldNames = signature.fields.map((field) => field.name)
    this.batch = new MicroBatch(model)
  }

  run(rows: readonly Row[]): Promise<Answer[]> {
    return this.batch.run(rows)
  }

  /** A request takes hold before it runs and lets go when it has its answers. False once closed: look up the route again. */
  hold(): boolean {
    if (this.isClosed) return false
    this.requests += 1
    return true
  }

  letGo(): void {
    this.requests -= 1
    this.closeWhenIdle()
  }

  retire(): void {
    this.isRetired = true
    this.closeWhenIdle()
  }

  private closeWhenIdle(): void {
    if (!this.isRetired || this.requests > 0 || this.isClosed) return
    this.isClosed = true
    this.model.close().catch((error: unknown) => logger().error({ err: error, versionId: this.id }, 'a model could not be closed'))
  }
}

export async function loadVersion(db: Session, versionId: string): Promise<ServedVersion> {
  const { versions } = db.tables(registryTables)
  const [row] = await db
    .select({
      number: versions.number,
      modelId: versions.modelId,
      artifactHash: versions.artifactHash,
      signature: versions.signature,
      reference: versions.reference,
      files: versions.files,
      explainability: versions.explainability,
      attributions: versions.attributions,
    })
    .from(versions)
    .where(eq(versions.id, versionId))
  if (!row) throw new ProblemError('unavailable', 'The released version is not in the registry.', { code: 'version_missing' })
  const artifact = await readStoredFile(row.artifactHash)
  const exact = row.explainability && isQuick(row.explainability) ? await openExplainer(versionId, artifact, row) : null
  const model = await openModel(artifact, row.signature)
  return new ServedVersion(versionId, row.number, row.modelId, row.signature, shapeOf(row.signature, row.reference), model, exact, row.attributions?.shape ?? null)
}

/** A version answers without its explainer too: a background sample that is missing is told, and explained on demand. */
async function openExplainer(versionId: string, artifact: Uint8Array, { files, signature }: Pick<Version, 'files' | 'signature'>): Promise<ExactExplainer | null> {
  try {
    if (files.background === undefined) return null
    const background = JSON.parse(Buffer.from(await readStoredFile(files.background)).toString('utf8')) as Row[]
    return openExactExplainer(artifact, signature, background)
  } catch (error) {
    logger().error({ err: error, versionId }, 'the explainer of a released version could not be opened')
    return null
  }
}
