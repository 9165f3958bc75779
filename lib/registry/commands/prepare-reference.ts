// The reference file of a new version: checked, answered by the model, profiled, sampled and stored.
import { probeModel } from '@/lib/inference/probe'
import { mostBackgroundRows, tryRemote } from '@/lib/inference/remote'
import type { Row } from '@/lib/onnx/encode'
import { canonicalJson, sha256 } from '@/lib/platform/crypto'
import { storeFile } from '@/lib/platform/storage'
import { MOST_BACKGROUND_ROWS, MOST_SCORED_ROWS, type AttributionReference, type Explainability, type Importance, type ReferenceData, type Runtime, type Signature, type VersionFiles } from '../contract'
import { answerScore, checkReference, readReferenceTable, realisedMetrics, referenceAttributions, referenceProfile, sampleIndexes, trialRow } from '../rules'

export interface ReferenceFile {
  fileName: string
  content: Uint8Array
}

/** A version that is not registered yet. */
export interface TriedVersion {
  runtime: Runtime
  artifact: Uint8Array
}

export interface PreparedReference {
  data: ReferenceData | null
  files: VersionFiles
  explainability: Explainability
  attributions: AttributionReference | null
  importance: Importance | null
}

const NOT_EXPLAINABLE: Explainability = {
  kind: 'none',
  method: null,
  scale: null,
  sentence: 'There is no reference data to explain it against.',
  selfTest: null,
  held: null,
}

/** Tries the model on its reference rows, or on one made-up row where there are none, and keeps what comes of it. */
export async function prepareReference(
  tried: TriedVersion,
  signature: Signature,
  file: ReferenceFile | undefined,
  target: string | undefined,
): Promise<PreparedReference> {
  if (file === undefined) {
    await tryVersion(tried, signature, [trialRow(signature)])
    return { data: null, files: {}, attributions: null, importance: null, explainability: NOT_EXPLAINABLE }
  }
  const { rows, targets } = checkReference(await readReferenceTable(file.fileName, file.content), signature, target)
  const hash = sha256(file.content)
  // The file's own hash as the seed: registering the same file again takes the same rows.
  const seed = Number.parseInt(hash.slice(0, 8), 16)
  const scored = pick(rows, sampleIndexes(rows.length, MOST_SCORED_ROWS, seed))
  const background = pick(scored.values, sampleIndexes(scored.values.length, backgroundRows(tried), seed)).values
  const { answers, assessment } = await tryVersion(tried, signature, scored.values, background)
  const { shape, profile } = referenceProfile(signature, rows, answers.map((answer) => answerScore(signature, answer)))
  return {
    data: {
      rows: rows.length,
      shape,
      profile: Buffer.from(profile.encode()).toString('base64'),
      metrics: targets === null ? {} : realisedMetrics(signature, answers, pick(targets, scored.indexes).values),
    },
    files: {
      reference: await storeFile(file.content),
      background: await storeFile(Buffer.from(canonicalJson(background))),
    },
    explainability: assessment?.explainability ?? NOT_EXPLAINABLE,
    ...(assessment ? referenceAttributions(signature, assessment) : { attributions: null, importance: null }),
  }
}

/** A model file in a child process with limits, a server elsewhere as it will be called. */
function tryVersion({ runtime, artifact }: TriedVersion, signature: Signature, rows: readonly Row[], background?: readonly Row[]) {
  const asked = { artifact, signature, rows, ...(background ? { background } : {}) }
  return runtime === 'remote' ? tryRemote(asked) : probeModel(asked)
}

/** Each explanation asks a server for every field and row of the sample several times, so it gets a smaller one. */
function backgroundRows({ runtime, artifact }: TriedVersion): number {
  return runtime === 'remote' ? Math.min(MOST_BACKGROUND_ROWS, mostBackgroundRows(artifact)) : MOST_BACKGROUND_ROWS
}

function pick<T>(items: readonly T[], indexes: readonly number[]): { values: T[]; indexes: readonly number[] } {
  return { values: indexes.map((index) => items[index] as T), indexes }
}
