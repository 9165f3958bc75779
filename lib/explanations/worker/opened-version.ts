// A version as the worker has it open: the model in the runtime, the background sample, and the exact explainer where the
// version has one.
import { openExactExplainer, readModels, type ExactExplainer } from '@/lib/inference/exact-explainer'
import { openVersion as openModelOf } from '@/lib/inference/open-version'
import { explainedRows } from '@/lib/inference/remote'
import type { LoadedModel } from '@/lib/inference/session'
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
  /** Every coalition is listed where that asks the model for no more rows than this; undefined for what is usual of a model here. */
  mostListedRows: number | undefined
}

/** How a remote version is asked: in the worker, by the process that holds its secrets. */
export type OpenElsewhere = (version: ExplainedVersion) => LoadedModel

/** Versions kept open: those of a few models that are explained in turn. */
const MOST_OPEN = 4

/** Keeps the versions asked for last open. */
export class OpenedVersions {
  private readonly opened = new Map<string, OpenedVersion>()

  constructor(private readonly elsewhere?: OpenElsewhere) {}

  async open(version: ExplainedVersion): Promise<OpenedVersion> {
    const kept = this.opened.get(version.id)
    if (kept) this.opened.delete(version.id)
    const opened = kept ?? (await openVersion(version, this.elsewhere))
    this.opened.set(version.id, opened)
    const [oldest] = this.opened
    if (this.opened.size > MOST_OPEN && oldest) {
      this.opened.delete(oldest[0])
      await oldest[1].model.close()
    }
    return opened
  }
}

async function openVersion(version: ExplainedVersion, elsewhere: OpenElsewhere | undefined): Promise<OpenedVersion> {
  const [artifact, sample] = await Promise.all([readStoredFile(version.artifactHash), readStoredFile(version.backgroundHash)])
  const background = JSON.parse(Buffer.from(sample).toString('utf8')) as Row[]
  if (background.length === 0) {
    throw new ProblemError('conflict', 'The background sample of this version is empty. Register it again with reference data.', {
      code: 'not_explainable',
    })
  }
  return openFrom(version, artifact, background, elsewhere)
}

/** From files that are at hand: an evidence bundle has them in it. */
export async function openFrom(version: ExplainedVersion, artifact: Uint8Array, background: readonly Row[], elsewhere?: OpenElsewhere): Promise<OpenedVersion> {
  const { signature, runtime, isExact, isRead } = version
  if (runtime === 'remote') {
    const model = elsewhere?.(version) ?? (await openModelOf({ runtime, artifact, signature }))
    return { version, model, background, exact: null, read: [], mostListedRows: explainedRows(artifact) }
  }
  const exact = isExact ? openExactExplainer(artifact, signature, background) : null
  const read = exact?.models ?? (isRead ? readModels(artifact, signature) : [])
  return { version, model: await openModelOf({ runtime, artifact, signature }), background, exact, read, mostListedRows: undefined }
}
