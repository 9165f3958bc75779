// The address of a review's table of cases, read and written.
import { CASE_FILTERS, CASE_SORTS, type CaseFilter, type CaseSort } from '@/lib/evidence/contract'

export const CASES_A_PAGE = 50

export interface CaseListView {
  filter: CaseFilter | undefined
  sort: { column: CaseSort; descending: boolean }
  /** From 1. */
  page: number
  filterHref: (filter: CaseFilter | undefined) => string
  sortHref: (column: CaseSort, descending: boolean) => string
  caseHref: (position: number) => string
  neighbours: (total: number) => { previousHref?: string; nextHref?: string }
}

/** Members that do not parse are left out. */
export function readCaseView(reviewId: string, params: Readonly<Record<string, string | string[] | undefined>>): CaseListView {
  const filter = CASE_FILTERS.find((one) => one === params.filter)
  const column = CASE_SORTS.find((one) => one === params.sort) ?? 'position'
  const sort = { column, descending: params.order === 'descending' }
  const page = typeof params.page === 'string' && /^[1-9]\d{0,3}$/.test(params.page) ? Number(params.page) : 1
  const href = (members: { filter?: CaseFilter | undefined; sort?: CaseListView['sort']; page?: number }) => {
    const shown = { filter, sort, ...members }
    const entries = Object.entries({
      filter: shown.filter,
      sort: shown.sort.column === 'position' && !shown.sort.descending ? undefined : shown.sort.column,
      order: shown.sort.descending ? 'descending' : undefined,
      page: members.page === undefined || members.page === 1 ? undefined : String(members.page),
    }).filter((entry): entry is [string, string] => entry[1] !== undefined)
    return entries.length === 0 ? `/reviews/${reviewId}` : `/reviews/${reviewId}?${new URLSearchParams(entries).toString()}`
  }
  return {
    filter,
    sort,
    page,
    filterHref: (next) => href({ filter: next }),
    sortHref: (next, descending) => href({ sort: { column: next, descending } }),
    caseHref: (position) => `/reviews/${reviewId}/cases?${new URLSearchParams({ case: String(position), ...(filter === undefined ? {} : { filter }) }).toString()}`,
    neighbours: (total) => ({
      ...(page > 1 ? { previousHref: href({ page: page - 1 }) } : {}),
      ...(page * CASES_A_PAGE < total ? { nextHref: href({ page: page + 1 }) } : {}),
    }),
  }
}
