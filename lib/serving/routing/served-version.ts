// A version that answers: its compiled validator, the layout of its profile, and its session while it is hot. Shared by the
// environments it serves in, and closed when none needs it and its last request is through.
import { eq } from 'drizzle-orm'
import type { Session } from '@/lib/database'
import { openExactExplainer, type ExactExplainer } from '@/lib/inference/exact-explainer'
import { isQuick } from '@/lib/inference/quick'
import { openVersion } from '@/lib/inference/open-version'
import type { Answer, LoadedModel } from '@/lib/inference/session'
import type { ProfileShape } from '@/lib/math/profile'
import type { Row } from '@/lib/onnx/encode'
import { ProblemError } from '@/lib/platform/errors'
import { logger } from '@/lib/platform/logging'
import { readStoredFile } from '@/lib/platform/storage'
import type { Signature, Version } from '@/lib/registry/contract'
import { registryTables } from '@/lib/registry/tables'
import { compileValidator, shapeOf, type RowValidator } from '../rules'
import { hotVersions } from './hot-versions'
import { MicroBatch } from './micro-batch'
import { openWatched } from './quarantine'

/** A call on a cold version does not wait for tables that take longer to build; its rows are explained after the answer. */
const LONGEST_COLD_BUILD_MS = 100

/** How the parts of a version that take memory are opened. */
export interface VersionSource {
  openModel(): Promise<LoadedModel>
  /** Null where the version is explained by asking the model, which takes longer than a call may wait. */
  explainer: { buildMs: number; open(): Promise<ExactExplainer | null> } | null
}

interface Opened {
  model: LoadedModel
  batch: MicroBatch
}

export interface VersionFacts {
  id: string
  number: number
  modelId: string
  signature: Signature
  shape: ProfileShape
  /** Of the profile of its explanations. */
  attributionShape: ProfileShape | null
}

export class ServedVersion {
  readonly id: string
  readonly number: number
  readonly modelId: string
  readonly signature: Signature
  readonly shape: ProfileShape
  readonly attributionShape: ProfileShape | null
  readonly validate: RowValidator
  readonly fieldNames: readonly string[]
  usedAt = 0
  /** Null where the version is not explained as it answers, or not yet. */
  exact: ExactExplainer | null = null
  private opened: Opened | null = null
  private opening: Promise<Opened> | null = null
  private requests = 0
  private isRetired = false
  private isClosed = false

  constructor(facts: VersionFacts, private readonly source: VersionSource) {
    const { id, number, modelId, signature, shape, attributionShape } = facts
    this.id = id
    this.number = number
    this.modelId = modelId
    this.signature = signature
    this.shape = shape
    this.attributionShape = attributionShape
    this.validate = compileValidator(signature)
    this.fieldNames = signature.fields.map((field) => field.name)
  }

  get isIdle(): boolean {
    return this.requests === 0
  }

  /** @param isAlone each call is run by itself, never together with others */
  run(rows: readonly Row[], isAlone = false): Promise<Answer[]> {
    const { opened } = this
    if (opened) return isAlone ? opened.model.run(rows) : opened.batch.run(rows)
    return this.open(true).then(({ model, batch }) => (isAlone ? model.run(rows) : batch.run(rows)))
  }

  /** Opens everything, so that the first call does not wait. */
  async ready(): Promise<void> {
    await this.open(false)
  }

  /** A request takes hold before it runs and lets go when it has its answers. False once closed: look up the route again. */
  hold(): boolean {
    if (this.isClosed) return false
    this.requests += 1
    this.usedAt = hotVersions().nextUse()
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

  /** Gives its memory back until the next call. */
  cool(): void {
    const { opened } = this
    this.opened = null
    this.opening = null
    this.exact = null
    opened?.model.close().catch((error: unknown) => logger().error({ err: error, versionId: this.id }, 'a model could not be closed'))
  }

  private open(isAwaited: boolean): Promise<Opened> {
    this.opening ??= this.openAll(isAwaited).catch((error: unknown) => {
      // A file that was missing may come back from a backup: the next request tries again.
      this.opening = null
      throw error
    })
    return this.opening
  }

  private async openAll(isAwaited: boolean): Promise<Opened> {
    const model = await this.source.openModel()
    const { explainer } = this.source
    if (explainer && (!isAwaited || explainer.buildMs <= LONGEST_COLD_BUILD_MS)) this.exact = await explainer.open()
    else if (explainer) setImmediate(() => void this.openExplainer())
    this.opened = { model, batch: new MicroBatch(model) }
    hotVersions().add(this)
    return this.opened
  }

  private async openExplainer(): Promise<void> {
    const exact = (await this.source.explainer?.open()) ?? null
    if (this.opened) this.exact = exact
  }

  private closeWhenIdle(): void {
    if (!this.isRetired || this.requests > 0 || this.isClosed) return
    this.isClosed = true
    hotVersions().remove(this)
    this.cool()
  }
}

export async function loadVersion(db: Session, versionId: string): Promise<ServedVersion> {
  const { versions } = db.tables(registryTables)
  const [row] = await db
    .select({
      number: versions.number,
      modelId: versions.modelId,
      runtime: versions.runtime,
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
  const { artifactHash, explainability, number, modelId, runtime, signature } = row
  const facts = { id: versionId, number, modelId, signature, shape: shapeOf(signature, row.reference), attributionShape: row.attributions?.shape ?? null }
  return new ServedVersion(facts, {
    openModel: () =>
      openWatched({
        id: versionId,
        number,
        modelId,
        runtime,
        signature,
        read: () => readStoredFile(artifactHash),
        open: (artifact) => openVersion({ runtime, artifact, signature }),
      }),
    explainer:
      explainability && isQuick(explainability)
        ? { buildMs: explainability.held?.buildMilliseconds ?? 0, open: () => openExplainer(versionId, artifactHash, row) }
        : null,
  })
}

/** A version answers without its explainer too: a background sample that is missing is told, and explained on demand. */
async function openExplainer(versionId: string, artifactHash: string, { files, signature }: Pick<Version, 'files' | 'signature'>): Promise<ExactExplainer | null> {
  try {
    if (files.background === undefined) return null
    const background = JSON.parse(Buffer.from(await readStoredFile(files.background)).toString('utf8')) as Row[]
    return openExactExplainer(await readStoredFile(artifactHash), signature, background)
  } catch (error) {
    logger().error({ err: error, versionId }, 'the explainer of a released version could not be opened')
    return null
  }
}
