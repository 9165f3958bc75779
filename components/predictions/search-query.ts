// The address of a search for predictions, read and written.
import { decisionCursorSchema, decisionFilterSchema, type DecisionFilter, type DecisionPage } from '@/lib/explanations/contract'
import { isProblem } from '@/lib/platform/errors'

export const SEARCH_MEMBERS = ['text', 'model', 'version', 'from', 'to', 'scoreMin', 'scoreMax', 'caller', 'guarded', 'reason', 'decision', 'cursor'] as const
export type SearchParams = Partial<Record<(typeof SEARCH_MEMBERS)[number], string>>

export interface SearchCursor {
  at: number
  id: string
}

export interface PredictionSearch {
  filter: DecisionFilter & { before?: SearchCursor }
  /** Whether anything but the page's own model narrows the search. */
  isFiltered: boolean
  isLaterPage: boolean
  /** The address of the same search with some members changed; undefined takes one away. */
  href(changes: SearchParams): string
}

const DAY_MS = 86_400_000
const DATE = /^\d{4}-\d{2}-\d{2}$/

/** Members that do not parse are left out. `to` is the last day that is searched. */
export function readSearch(path: string, params: Readonly<Record<string, string | string[] | undefined>>, model?: string): PredictionSearch {
  const kept: SearchParams = {}
  const filter: Record<string, unknown> = {}
  for (const name of SEARCH_MEMBERS) {
    const value = params[name]
    if (name === 'cursor' || typeof value !== 'string' || value === '' || (name === 'model' && model !== undefined)) continue
    const read = decisionFilterSchema.shape[name].safeParse(value)
    if (!read.success) continue
    kept[name] = value
    filter[name] = name === 'to' && DATE.test(value) ? (read.data as number) + DAY_MS : read.data
  }
  const isFiltered = Object.keys(kept).length > 0
  if (model !== undefined) filter.model = model
  const before = readCursor(params.cursor)
  return {
    filter: { ...(filter as DecisionFilter), ...(before ? { before } : {}) },
    isFiltered,
    isLaterPage: before !== undefined,
    href(changes) {
      const members = Object.entries({ ...kept, ...changes }).filter((member): member is [string, string] => Boolean(member[1]))
      return members.length === 0 ? path : `${path}?${new URLSearchParams(members).toString()}`
    },
  }
}

/** An address may name a model or version that is not there any more: then nothing matches. */
export function nothingFound(error: unknown): DecisionPage {
  if (isProblem(error) && error.kind === 'not_found') return { decisions: [], next: null }
  throw error
}

export function writeCursor({ at, id }: SearchCursor): string {
  return `${at}.${id}`
}

function readCursor(text: string | string[] | undefined): SearchCursor | undefined {
  if (typeof text !== 'string') return undefined
  const [at, id] = text.split('.')
  const read = decisionCursorSchema.safeParse({ at: Number(at), id })
  return read.success ? read.data : undefined
}
