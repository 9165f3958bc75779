// A problem in the words of protocols that have a status and a sentence.
import type { ProblemError } from '@/lib/platform/errors'
import { STATUS } from '@/lib/platform/problems'
import type { RawAnswer } from '../contract'

const MOST_TOLD = 5

/** Other servers know no 422: what is not valid is a bad request. */
export function statusOf(problem: ProblemError): number {
  return problem.kind === 'invalid' ? STATUS.malformed : STATUS[problem.kind]
}

/** One sentence for each wrong place, with where it stands. */
export function sentenceOf({ fields, message }: ProblemError): string {
  if (fields.length === 0) return message
  const told = fields.slice(0, MOST_TOLD).map(({ path, message: sentence }) => `${path}: ${sentence}`)
  return fields.length > MOST_TOLD ? `${told.join(' ')} And more.` : told.join(' ')
}

export function json(status: number, body: unknown): RawAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}
