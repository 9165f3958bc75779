// What really happened, in the words of the model's task.
import type { Signature } from '@/lib/registry/contract'

export interface OutcomeValue {
  /** 1 for the positive class, 0 for the other, or the true number of a regression; null for one of several classes. */
  value: number | null
  label: string | null
}

/** The outcome as kept; a sentence where it does not fit the task. */
export function outcomeValue(signature: Signature, outcome: string | number | boolean): OutcomeValue | string {
  switch (signature.task) {
    case 'regression':
      return typeof outcome === 'number' && Number.isFinite(outcome)
        ? { value: outcome, label: null }
        : 'The outcome of a regression is a number.'
    case 'multiclass': {
      const label = signature.classes?.find((one) => String(one) === String(outcome))
      return label === undefined ? `The outcome must be one of the model's classes: ${classWords(signature)}.` : { value: null, label: String(label) }
    }
    case 'binary':
      return binaryValue(signature, outcome)
  }
}

function binaryValue(signature: Signature, outcome: string | number | boolean): OutcomeValue | string {
  const { classes, positiveClass } = signature
  const named = typeof outcome === 'boolean' ? undefined : classes?.find((one) => String(one) === String(outcome))
  if (named !== undefined && positiveClass !== undefined) {
    return { value: named === positiveClass ? 1 : 0, label: String(named) }
  }
  const isPositive = outcome === true || outcome === 1 ? true : outcome === false || outcome === 0 ? false : undefined
  if (isPositive === undefined) return `The outcome must be true or false, 1 or 0, or one of the classes: ${classWords(signature)}.`
  const other = classes?.find((one) => one !== positiveClass)
  const label = isPositive ? positiveClass : other
  return { value: isPositive ? 1 : 0, label: label === undefined ? null : String(label) }
}

function classWords(signature: Signature): string {
  return (signature.classes ?? []).slice(0, 20).join(', ')
}
