// One row explained: exactly where the version is explained exactly on the scale that is asked for, else as a game.
import type { Answer } from '@/lib/onnx/decode'
import { compileEncoder, type Row } from '@/lib/onnx/encode'
import { canonicalJson, sha256 } from '@/lib/platform/crypto'
import { ProblemError } from '@/lib/platform/errors'
import type { Explanation } from '../../contract'
import { explainAdaptively } from '../adaptive'
import { gameOf, type RowGame } from '../game'
import type { OpenedVersion } from '../opened-version'
import type { ExplainAsked, ExplainedVersion } from '../protocol'

export async function explainRow(opened: OpenedVersion, { row, scale, permutations }: ExplainAsked): Promise<Explanation> {
  const { exact, model, version } = opened
  const [answer] = await model.run([row])
  if (answer === undefined) throw new Error('the model gave no answer for its one row')
  if (exact && (scale === undefined || scale === exact.scale)) {
    const explanation = exact.explain(row, answer)
    if (explanation?.values.every(Number.isFinite)) {
      const { values, ...rest } = explanation
      return { method: 'exact', ...rest, values: Array.from(values), errors: values.length === 0 ? [] : Array.from(values, () => 0), permutations: 0, backgroundHash: version.backgroundHash }
    }
  }
  const { game, said, ...explained } = gameFor(opened, row, answer)
  if (scale !== undefined && scale !== explained.scale) throw unavailableScale(scale)
  const seed = seedOf(version, row)
  const { mostListedRows } = opened
  const found = await explainAdaptively(game, { seed, ...(permutations === undefined ? {} : { permutations }), ...(mostListedRows === undefined ? {} : { mostListedRows }) })
  const values = Array.from(found.values)
  return {
    method: found.method,
    ...explained,
    base: found.base,
    values,
    errors: Array.from(found.standardErrors),
    permutations: found.permutations,
    residual: said - values.reduce((sum, value) => sum + value, found.base),
    backgroundHash: version.backgroundHash,
  }
}

/** Of what was read of the file where that is trusted, in float64; else the runtime is asked. */
function gameFor(opened: OpenedVersion, row: Row, answer: Answer): RowGame {
  const { background, model, version } = opened
  const runtime = gameOf(model, version.signature, background, row, answer)
  const { signature } = version
  const place = opened.read.length > 1 ? (signature.classes ?? []).findIndex((name) => String(name) === String(answer.label)) : 0
  const read = opened.read[place]
  if (!read) return runtime
  const { encode } = compileEncoder(signature)
  return { ...runtime, game: read.game(encode([row]).feeds, 0, encode(background).feeds, background.length) }
}

function unavailableScale(scale: string): ProblemError {
  const message = scale === 'margin' ? 'This version is not explained in log-odds: it is explained by asking the model, on the scale of its answer.' : `This version is not explained on the scale ${scale}.`
  return new ProblemError('conflict', message, { code: 'scale_unavailable' })
}

/** From the row and what it is explained with, so that explaining it again walks the same orders. */
function seedOf({ artifactHash, backgroundHash, signature }: ExplainedVersion, row: Row): number {
  const values = signature.fields.map((field) => row[field.name] ?? null)
  return Number.parseInt(sha256(canonicalJson([artifactHash, backgroundHash, values])).slice(0, 8), 16)
}
