// What a caller of this protocol did wrong, and how its dialect says so: `{"error": "…"}`.
import { ProblemError } from '@/lib/platform/errors'
import { STATUS } from '@/lib/platform/problems'

const MOST_TOLD = 5

export function invalidTensors(message: string): ProblemError {
  return new ProblemError('invalid', message, { code: 'inputs_invalid' })
}

/** As in the dialect: what is not valid is a bad request. */
export function statusOf(problem: ProblemError): number {
  return problem.kind === 'invalid' ? STATUS.malformed : STATUS[problem.kind]
}

/** One sentence for each wrong place, with the row it stands in. */
export function sentenceOf({ fields, message }: ProblemError): string {
  if (fields.length === 0) return message
  const told = fields.slice(0, MOST_TOLD).map(({ path, message: sentence }) => `${path}: ${sentence}`)
  return fields.length > MOST_TOLD ? `${told.join(' ')} And more.` : told.join(' ')
}
