// zod → ProblemError, with a path and a sentence for each wrong field and never the value.
import type { z } from 'zod'
import { ProblemError, type FieldProblem } from './errors'

export function fieldProblems(error: z.ZodError): FieldProblem[] {
  return error.issues.map((issue) => ({
    path: issue.path.map(String).join('.') || '(body)',
    rule: issue.code ?? 'invalid',
    message: issue.message,
  }))
}

export function parse<T extends z.ZodType>(schema: T, input: unknown): z.output<T> {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  const fields = fieldProblems(result.error)
  const first = fields[0]
  throw new ProblemError('invalid', first ? `${first.path}: ${first.message}` : 'The input is not valid.', { fields })
}
