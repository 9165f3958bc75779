// Reasons without a process beside the server that looks for them: those of versions that are explained as they answer,
// and of others one row after another on the thread that answers.
import type { ReasonRevision } from '@/lib/explanations/contract'
import { exactly, predictedReasons } from '@/lib/explanations/rules'
import { openFrom, type OpenedVersion } from '@/lib/explanations/worker/opened-version'
import { explainRow } from '@/lib/explanations/worker/tasks/explain'
import type { Row } from '@/lib/onnx/encode'
import type { ReferenceData, Signature } from '@/lib/registry/contract'
import type { PredictedReason } from '@/lib/serving/contract'
import type { Explainer } from '@/lib/serving/explainer'

export interface ToldVersion {
  id: string
  signature: Signature
  reference: ReferenceData | null
}

export interface ExplainedFiles {
  artifact: Uint8Array
  artifactHash: string
  backgroundHash: string
  background: readonly Row[]
  isExact: boolean
  isRead: boolean
}

/** @param files null where the bundle has no background sample: then there are no reasons, and a warning says so */
export function edgeExplainer(version: ToldVersion, revision: ReasonRevision, files: ExplainedFiles | null): Explainer {
  const { id, signature } = version
  let opening: Promise<OpenedVersion> | null = null
  // By both hashes the same orders are walked as at home, where not all can be.
  const open = ({ artifact, background, artifactHash, backgroundHash, isExact, isRead }: ExplainedFiles) =>
    (opening ??= openFrom({ id, runtime: 'onnx', artifactHash, backgroundHash, signature, isExact, isRead }, artifact, background))
  return {
    reasonsOf: (_, rows, locale) => Promise.resolve(rows.map(({ row, label, explanation }) => predictedReasons(version, row, exactly(explanation, label), revision, locale))),
    async explainRows(_, rows, __, locale) {
      if (!files) return []
      const opened = await open(files)
      const reasons: PredictedReason[][] = []
      for (const row of rows) reasons.push(predictedReasons(version, row, await explainRow(opened, { row }), revision, locale))
      return reasons
    },
    explainLater() {
      // The house explains what it is asked about, once the rows are there.
    },
  }
}
