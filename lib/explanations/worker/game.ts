// One row of a model as a game: the raw fields are the players, mixed rows go through the model in batches.
import type { Answer, LoadedModel } from '@/lib/inference/session'
import type { ShapleyGame } from '@/lib/math/shapley'
import type { Row } from '@/lib/onnx/encode'
import { ProblemError } from '@/lib/platform/errors'
import type { Signature } from '@/lib/registry/contract'
import { scoreOf } from '@/lib/serving/rules/output'
import type { Scale } from '../contract'

export interface RowGame {
  game: ShapleyGame
  scale: Scale
  /** What the runtime answered for the row. */
  said: number
  chosenClass?: string
}

/** @throws ProblemError `not_explainable` where the model answers nothing that could be added up. */
export function gameOf(model: LoadedModel, signature: Signature, background: readonly Row[], row: Row, answer: Answer): RowGame {
  const names = signature.fields.map((field) => field.name)
  const quantity = quantityOf(signature, answer)
  const game: ShapleyGame = {
    playerCount: names.length,
    backgroundCount: background.length,
    isSame: (player, number) => isSameValue(row[names[player] ?? ''], background[number]?.[names[player] ?? '']),
    evaluate: async ({ count, masks, background: numbers }) => {
      const rows: Row[] = []
      for (let i = 0; i < count; i++) {
        const other = background[numbers[i] ?? -1] ?? {}
        const mixed: Record<string, unknown> = {}
        names.forEach((name, player) => {
          mixed[name] = masks[i * names.length + player] === 1 ? row[name] : other[name]
        })
        rows.push(mixed)
      }
      return (await model.run(rows)).map(quantity)
    },
  }
  const scale = signature.task === 'regression' ? 'value' : 'probability'
  const said = quantity(answer)
  return signature.task === 'multiclass' ? { game, scale, said, chosenClass: String(answer.label) } : { game, scale, said }
}

/** What is explained: the score as served. Of several classes, the probability of the one that was chosen for this row. */
function quantityOf(signature: Signature, answer: Answer): (answer: Answer) => number {
  if (scoreOf(signature, answer) === null) {
    throw new ProblemError('conflict', 'This version answers a class without a probability, so there is nothing that contributions could add up to.', {
      code: 'not_explainable',
    })
  }
  if (signature.task !== 'multiclass') return (other) => scoreOf(signature, other) ?? NaN
  const chosen = String(answer.label)
  return ({ probabilities }) => (probabilities !== undefined && Object.hasOwn(probabilities, chosen) ? (probabilities[chosen] ?? NaN) : NaN)
}

function isSameValue(a: unknown, b: unknown): boolean {
  return a === b || (isMissing(a) && isMissing(b))
}

function isMissing(value: unknown): boolean {
  return value === null || value === undefined || value === '' || Number.isNaN(value)
}
