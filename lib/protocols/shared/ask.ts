// One call for predictions, whatever the protocol: who answers, what the rows are, serving.
import { countUnread, serve, type Served } from '@/lib/serving/commands'
import { LONGEST_SUBJECT } from '@/lib/serving/contract'
import type { Route, ServedVersion } from '@/lib/serving/routing'
import type { RawCall } from '../contract'
import type { Address } from './address'
import { badBody, type Given } from './given'
import { namingVersion, routeOf } from './route'
import { rowsOf, type ExtraColumns } from './rows'

export const SUBJECT_HEADER = 'x-flightdeck-subject'

export interface Question {
  given: Given
  extra: ExtraColumns
  explain?: boolean
  subjects?: readonly (string | null)[] | string | null
}

/**
 * @param read makes the question of the body, knowing the version that names the fields; what it refuses is counted
 *   among the model's errors
 */
export async function ask(call: RawCall, address: Address, read: (version: ServedVersion, body: Buffer) => Question | Promise<Question>): Promise<Served> {
  const { principal, circumstances, headers } = call
  const route = await routeOf(principal, address)
  const version = namingVersion(route)
  let question: Question
  let rows: ReturnType<typeof rowsOf>
  try {
    question = await read(version, await call.body())
    rows = rowsOf(question.given, version.signature, question.extra)
    refuseOtherFields(route, version, question.given)
  } catch (error) {
    countUnread(address.model, address.environment, error)
    throw error
  }
  const { given, explain = false, subjects = subjectFrom(headers[SUBJECT_HEADER]) } = question
  const requestId = headers['x-request-id'] === undefined ? null : call.requestId
  const asked = { ...address, rows, pathOf: given.pathOf, subjects, requestId, explain, locale: 'en' as const }
  const served = await serve(principal, asked, circumstances)
  Object.assign(circumstances.headers, headersOf(served))
  return served
}

/** Without names, a value of one version's third column would be another's of something else. */
function refuseOtherFields(route: Route, version: ServedVersion, { columns, rows }: Given): void {
  if (columns !== null || !rows.some((row) => Array.isArray(row))) return
  const order = version.fieldNames.join('\n')
  if (route.versions.every(({ fieldNames }) => fieldNames.join('\n') === order)) return
  throw badBody('(body)', 'columns', 'The versions that serve have their fields in different orders. Send the values by name.')
}

export function subjectFrom(text: string | undefined): string | null {
  if (text === undefined || text === '') return null
  if (text.length > LONGEST_SUBJECT || /[\u0000-\u001f\u007f]/.test(text)) {
    throw badBody(SUBJECT_HEADER, 'max-length', `A subject may have at most ${LONGEST_SUBJECT} characters and no control characters.`)
  }
  return text
}

/** Beyond so many, the ids of a call's predictions would make a header that clients refuse. */
const MOST_IDS_TOLD = 100

/** What these protocols have no place for in their answers. */
function headersOf({ rows }: Served): Record<string, string> {
  const headers: Record<string, string> = { 'x-flightdeck-version': [...new Set(rows.map((row) => row.version.number))].join(',') }
  if (rows.length <= MOST_IDS_TOLD) headers['x-flightdeck-prediction-ids'] = rows.map((row) => row.id).join(',')
  const guarded = rows.flatMap((row, index) => (row.hit ? [index] : []))
  if (guarded.length > 0) headers['x-flightdeck-fallback-rows'] = guarded.slice(0, MOST_IDS_TOLD).join(',')
  return headers
}
