// The work of the worker: opens a version's model and background sample, and explains rows of it.
import { openModel, type LoadedModel } from '@/lib/inference/session'
import type { Row } from '@/lib/onnx/encode'
import { canonicalJson, sha256 } from '@/lib/platform/crypto'
import { ProblemError } from '@/lib/platform/errors'
import { readStoredFile } from '@/lib/platform/storage'
import type { Explanation } from '../contract'
import { explainAdaptively } from './adaptive'
import { gameOf } from './game'
import type { ExplainedVersion, ExplainRequest } from './protocol'

interface OpenedVersion {
  model: LoadedModel
  background: Row[]
}

/** Versions kept open: those of a few models that are explained in turn. */
const MOST_OPEN = 4

/** Explains one row at a time; keeps the versions asked for last open. */
export class RowExplainer {
  private readonly opened = new Map<string, OpenedVersion>()

  async explain({ version, row, permutations }: ExplainRequest): Promise<Explanation> {
    const { model, background } = await this.open(version)
    const { game, ...explained } = await gameOf(model, version.signature, background, row)
    const seed = seedOf(version, row)
    const found = await explainAdaptively(game, permutations === undefined ? { seed } : { seed, permutations })
    return {
      method: found.method,
      ...explained,
      base: found.base,
      values: Array.from(found.values),
      errors: Array.from(found.standardErrors),
      permutations: found.permutations,
      backgroundHash: version.backgroundHash,
    }
  }

  private async open(version: ExplainedVersion): Promise<OpenedVersion> {
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

async function openVersion({ artifactHash, backgroundHash, signature }: ExplainedVersion): Promise<OpenedVersion> {
  const [artifact, sample] = await Promise.all([readStoredFile(artifactHash), readStoredFile(backgroundHash)])
  const background = JSON.parse(Buffer.from(sample).toString('utf8')) as Row[]
  if (background.length === 0) {
    throw new ProblemError('conflict', 'The background sample of this version is empty. Register it again with reference data.', {
      code: 'not_explainable',
    })
  }
  return { model: await openModel(artifact, signature), background }
}

/** From the row and what it is explained with, so that explaining it again walks the same orders. */
function seedOf({ artifactHash, backgroundHash, signature }: ExplainedVersion, row: Row): number {
  const values = signature.fields.map((field) => row[field.name] ?? null)
  return Number.parseInt(sha256(canonicalJson([artifactHash, backgroundHash, values])).slice(0, 8), 16)
}
