// The smallest changes of a row that would have led to another answer. What is found is said by the runtime itself.
import type { Answer } from '@/lib/onnx/decode'
import type { Row } from '@/lib/onnx/encode'
import type { FieldValue } from '../../contract/lookup'
import type { ChangeRule } from '../../rules/changes'
import { freedomOf, gapOfAnswer, gapOfScore, isReached, searchCounterfactuals, type FoundState, type Goal } from '../../rules/counterfactuals'
import { quickScores, runtimeAnswers } from '../many-answers'
import type { OpenedVersion } from '../opened-version'

export interface CounterfactualsAsked {
  row: Readonly<Record<string, FieldValue>>
  goal: Goal
  rules: readonly ChangeRule[]
  mostFields: number
  most: number
}

export interface FoundChanges {
  changes: Record<string, FieldValue>
  cost: number
  answer: Answer
}

export interface CounterfactualsAnswer {
  found: FoundChanges[]
  closest: (FoundChanges & { isEnough: boolean }) | null
  /** Fields that had another value to take. */
  free: string[]
  evaluations: number
  isComplete: boolean
}

export async function findChanges(opened: OpenedVersion, { row, goal, rules, mostFields, most }: CounterfactualsAsked): Promise<CounterfactualsAnswer> {
  const freedoms = rules.flatMap((rule) => freedomOf(rule, row[rule.field.name] ?? null, opened.background) ?? [])
  const { signature } = opened.version
  const gapsOf = async (changes: readonly Row[]) => {
    const rows = changes.map((one) => ({ ...row, ...one }))
    const quick = goal.kind === 'threshold' ? quickScores(opened) : null
    if (quick && goal.kind === 'threshold') return quick(rows).map((score) => gapOfScore(goal, score))
    return (await runtimeAnswers(opened, rows)).map((answer) => gapOfAnswer(signature, goal, answer))
  }
  const { found, closest, evaluations, isComplete } = await searchCounterfactuals({ freedoms, gapsOf }, { mostFields, most })
  // One by one, as a call of one row: in batches the runtime may add up in another order, and differ in the last digit.
  const said = (states: readonly FoundState[]): Promise<FoundChanges[]> =>
    Promise.all(states.map(async ({ changes, cost }) => ({ changes, cost, answer: (await runtimeAnswers(opened, [{ ...row, ...changes }]))[0] ?? {} })))
  const [last] = await said(closest ? [closest] : [])
  return {
    found: (await said(found)).filter(({ answer }) => isReached(signature, goal, answer)),
    closest: last ? { ...last, isEnough: isReached(signature, goal, last.answer) } : null,
    free: freedoms.map(({ field }) => field),
    evaluations,
    isComplete,
  }
}
