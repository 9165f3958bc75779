// A version as the worker has it open: the model in the runtime, the background sample, and the exact explainer where the
// version has one.
import { openExactExplainer, readModels, type ExactExplainer } from '@/lib/inference/exact-explainer'
import { openModel, type LoadedModel } from '@/lib/inference/session'
import type { Row } from '@/lib/onnx/encode'
import type { ExplainableModel } from '@/lib/onnx/explainable'
import { ProblemError } from '@/lib/platform/errors'
import { readStoredFile } from '@/lib/platform/storage'
import type { ExplainedVersion } from './protocol'

export interface OpenedVersion {
  version: ExplainedVersion
  model: LoadedModel
  background: readonly Row[]
  exact: ExactExplainer | null
  /** What was read of the file, for each explained class, where it is trusted to say what the runtime says. */
  read: readonly ExplainableModel[]
}

/** Versions kept open: those of a few models that are explained in turn. */
const MOST_OPEN = 4

/** Keeps the versions asked for last open. */
export class OpenedVersions {
  private readonly opened = new Map<string, OpenedVersion>()

  async open(version: ExplainedVersion): Promise<OpenedVersion> {
    const kept = this.opened.get(version.id)
    if (kept) this.opened.delete(version.id)
    const opened = kept ?? (await openVersion(version))
    this.opened.set(version.id, opened)
    const [oldest] = this.opened
    if (this.opened.size > MOST_OPEN && oldest) {
      this.opened.delete(oldest[0])
      await oldest[1].model.close()
    }
    return opened
  }
}

async function openVersion(version: ExplainedVersion): Promise<OpenedVersion> {
  const [artifact, sample] = await Promise.all([readStoredFile(version.artifactHash), readStoredFile(version.backgroundHash)])
  const background = JSON.parse(Buffer.from(sample).toString('utf8')) as Row[]
  if (background.length === 0) {
    throw new ProblemError('conflict', 'The background sample of this version is empty. Register it again with reference data.', {
      code: 'not_explainable',
    })
  }
  return openFrom(version, artifact, background)
}

/** From files that are at hand: an evidence bundle has them in it. */
export async function openFrom(version: ExplainedVersion, artifact: Uint8Array, background: readonly Row[]): Promise<OpenedVersion> {
  const { signature, isExact, isRead } = version
  const exact = isExact ? openExactExplainer(artifact, signature, background) : null
  const read = exact?.models ?? (isRead ? readModels(artifact, signature) : [])
  return { version, model: await openModel(artifact, signature), background, exact, read }
}
