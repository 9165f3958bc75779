// Makes the predictions of a bundle again, from nothing but the bundle: the artifact is run on the stored inputs, the
// explanation is computed against the stored background sample, and both are compared with what was signed.
import { explainRow } from '@/lib/explanations/worker/tasks/explain'
import { openFrom, type OpenedVersion } from '@/lib/explanations/worker/opened-version'
import type { ExplainedVersion } from '@/lib/explanations/worker'
import type { Row } from '@/lib/onnx/encode'
import { sha256 } from '@/lib/platform/crypto'
import type { BundleContent, Comparison, EvidencePrediction, EvidenceVersion, RuntimeVersions } from './contract/bundle'
import { compareAnswer, compareExplanation, TOLERANCE } from './rules/compare'
import { isSameRuntime, runtimeVersions } from './runtime'

export interface ReplayFinding {
  prediction: string
  what: 'answer' | 'explanation'
  isOk: boolean
  comparison: Comparison
}

export interface ReplayReport {
  runtime: RuntimeVersions
  isSameRuntime: boolean
  /** What could not be made again, and why. */
  skipped: { version: string; reason: string }[]
  answers: number
  explanations: number
  /** Of those, the same to the bit. */
  identical: number
  differs: ReplayFinding[]
}

/** @param artifacts files that the bundle names and does not have, each taken for what its SHA-256 says */
export async function replayBundle(content: BundleContent, artifacts: readonly Uint8Array[] = [], { predictions = Object.keys(content.predictions) }: { predictions?: readonly string[] } = {}): Promise<ReplayReport> {
  const runtime = runtimeVersions()
  const report: ReplayReport = { runtime, isSameRuntime: isSameRuntime(runtime, content.issue.runtime), skipped: [], answers: 0, explanations: 0, identical: 0, differs: [] }
  const given = new Map(artifacts.map((artifact) => [sha256(artifact), artifact]))
  for (const [id, version] of Object.entries(content.versions)) {
    const own = predictions.flatMap((key) => {
      const prediction = content.predictions[key]
      return prediction?.version === id ? [{ key, prediction }] : []
    })
    const opened = await openFromBundle(id, version, content, given)
    if ('reason' in opened) {
      if (own.length > 0) report.skipped.push({ version: id, reason: opened.reason })
      continue
    }
    try {
      for (const { key, prediction } of own) await replayOne(report, opened, key, prediction)
    } finally {
      await opened.model.close()
    }
  }
  return report
}

async function replayOne(report: ReplayReport, opened: OpenedVersion, key: string, prediction: EvidencePrediction): Promise<void> {
  const { signature } = opened.version
  const { explanation, inputs, replayed } = prediction
  const note = (what: ReplayFinding['what'], comparison: Comparison, atIssue: Comparison | null | undefined) => {
    report[what === 'answer' ? 'answers' : 'explanations'] += 1
    if (comparison.isIdentical) report.identical += 1
    // The bundle says what its runtime answered at issue: the same runtime must do so again, another one come close.
    const isOk = report.isSameRuntime && atIssue?.isIdentical ? comparison.isIdentical : comparison.largest <= TOLERANCE
    if (!isOk) report.differs.push({ prediction: key, what, isOk, comparison })
  }
  const [answer] = await opened.model.run([inputs])
  if (answer) note('answer', compareAnswer(signature, prediction, answer), replayed?.answer)
  if (!explanation || opened.background.length === 0) return
  const again = await explainRow(opened, { row: inputs, scale: explanation.scale, permutations: explanation.permutations })
  note('explanation', compareExplanation(signature, explanation, again), replayed?.explanation)
}

async function openFromBundle(id: string, version: EvidenceVersion, { files }: BundleContent, given: ReadonlyMap<string, Uint8Array>): Promise<OpenedVersion | { reason: string }> {
  const { artifactHash, backgroundHash, signature, explainability, runtime = 'onnx' } = version
  if (runtime === 'remote') return { reason: 'Not replayed: remote. A server elsewhere answered, and the bundle has only the document that describes it.' }
  const kept = files[artifactHash]
  const artifact = kept ? Buffer.from(kept.content, kept.encoding) : given.get(artifactHash)
  if (!artifact) return { reason: `The bundle leaves the model file out. Give it with --artifact: its SHA-256 is ${artifactHash}.` }
  if (sha256(artifact) !== artifactHash) return { reason: 'The model file in the bundle has another SHA-256.' }
  const sample = backgroundHash === null ? undefined : files[backgroundHash]
  const background = sample ? (JSON.parse(sample.content) as Row[]) : []
  const explained: ExplainedVersion = { id, runtime, artifactHash, backgroundHash: backgroundHash ?? '', signature, isExact: explainability?.kind === 'exact', isRead: explainability?.selfTest?.isExact === true }
  return openFrom(explained, artifact, background)
}
