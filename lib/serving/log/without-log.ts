// What becomes of an answer that could not be logged: it is not given, unless the model's settings say that no answer is
// worse than one without a trace.
import { isProblem } from '@/lib/platform/errors'
import type { PredictWarning, ServingSettings } from '../contract'
import { logHealth, type UnloggedPlace } from './log-health'

const CODES = new Set(['log_unavailable', 'log_full'])

/**
 * The warnings that go with the answers.
 * @param headers of the answer
 * @throws the error itself where the answer may not be given
 */
export function answerWithoutLog(error: unknown, withoutLog: ServingSettings['withoutLog'], place: UnloggedPlace, rows: number, headers: Record<string, string>): PredictWarning[] {
  if (withoutLog !== 'answer' || !isProblem(error) || !CODES.has(error.code)) throw error
  headers['x-flightdeck-warning'] = 'not-logged'
  logHealth().answeredUnlogged(place, rows)
  return [{ code: 'not_logged', message: 'The prediction could not be written to the log. Its id is not known there: outcomes and explanations cannot be joined to it.' }]
}
