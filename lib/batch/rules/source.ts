// What may be read: one query that only reads, and paths that stay within the folder for jobs.
import { isAbsolute, normalize, sep } from 'node:path'
import { ProblemError } from '@/lib/platform/errors'

/**
 * Refuses what is plainly no single query. The database itself is asked within a transaction that only reads: that, and
 * the rights of the user in its address, is what holds.
 */
export function refuseWritingQuery(query: string): void {
  const plain = withoutComments(query).trim().replace(/;\s*$/, '')
  const refuse = (message: string): never => {
    throw new ProblemError('invalid', message, { code: 'batch_query_refused', fields: [{ path: 'source.query', rule: 'query', message }] })
  }
  if (!/^(select|with)\b/i.test(plain)) refuse('The query must begin with SELECT or WITH: a batch job only reads.')
  if (withoutTexts(plain).includes(';')) refuse('Give one query: a second one after a semicolon is not run.')
}

function withoutComments(query: string): string {
  return query.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\//g, (part) => (part.startsWith('--') || part.startsWith('/*') ? ' ' : part))
}

function withoutTexts(query: string): string {
  return query.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[\s\S]*?\$\1\$/g, "''")
}

/** The path within a folder, in this system's writing. What leads out of it is refused before the disk is asked. */
export function pathWithin(path: string): string {
  const plain = normalize(path)
  if (path.includes('\0') || isAbsolute(plain) || plain === '..' || plain.startsWith(`..${sep}`)) {
    throw new ProblemError('invalid', 'The path must lie within the folder for batch jobs: give it without a slash in front and without “..”.', {
      code: 'batch_path_refused',
      fields: [{ path: 'source.path', rule: 'path', message: 'Give a path within the folder for batch jobs.' }],
    })
  }
  return plain
}

/** `{date}`, `{tomorrow}` and `{yesterday}` in the path of a schedule, as days of its time zone. */
export function datedPath(path: string, at: number, timeZone: string): string {
  const day = (shift: number) => shiftedDay(new Intl.DateTimeFormat('en-CA', { timeZone }).format(at), shift)
  return path.replace(/\{(date|tomorrow|yesterday)\}/g, (_, word: string) => day(word === 'tomorrow' ? 1 : word === 'yesterday' ? -1 : 0))
}

function shiftedDay(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
}
