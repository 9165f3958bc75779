// What ends a job, each with a sentence for the person whose job it is.
import { ProblemError } from '@/lib/platform/errors'

export function unreadable(message: string, cause?: unknown): ProblemError {
  return new ProblemError('invalid', message, { code: 'batch_source_unreadable', cause })
}

export function notUtf8(message: string): ProblemError {
  return new ProblemError('invalid', `${message} Save it as UTF-8 and start again.`, { code: 'batch_not_utf8' })
}

export function columnMissing(columns: readonly string[]): ProblemError {
  const named = columns.map((column) => `"${column}"`).join(', ')
  const message = columns.length === 1 ? `The source has no column ${named}, which the mapping names.` : `The source has no columns ${named}, which the mapping names.`
  return new ProblemError('invalid', message, { code: 'batch_column_missing' })
}

export function sourceChanged(what: string): ProblemError {
  return new ProblemError('conflict', `${what} has changed since the job began, so it cannot go on where it stopped. Start a new job.`, { code: 'batch_source_changed' })
}

export function outputFailed(error: unknown, what: string): ProblemError {
  const code = (error as NodeJS.ErrnoException).code
  const why = code === 'ENOSPC' || code === 'EDQUOT' ? 'the disk is full. Make room and start the job again; it goes on where it stopped.' : `${error instanceof Error ? error.message : String(error)}.`
  return new ProblemError('unavailable', `${what} could not be written: ${why}`, { code: 'batch_output_failed', cause: error })
}

export function modelFailed(cause: unknown): ProblemError {
  return new ProblemError('unavailable', 'The model failed on every one of the first rows, so the job has stopped. The log of the server says why.', { code: 'batch_model_failed', cause })
}
