'use client'

import {
  getCoreRowModel,
  getSortedRowModel,
  useReactTable,
  type ColumnDef,
  type SortingState,
} from '@tanstack/react-table'
import { useMemo, useState, type ReactNode } from 'react'
import { classNames } from './class-names'
import { EmptyState } from './empty-state'
import { ErrorState } from './error-state'
import { NoMatchState } from './no-match-state'
import { Skeleton } from './skeleton'
import { RowLink, SortIcon, Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from './table'

export interface DataColumn<Row> {
  id: string
  header: string
  cell: (row: Row) => ReactNode
  /** Gives the value to sort by in the browser. With `onSortChange` given, only marks the column as sortable. */
  sortValue?: (row: Row) => string | number | null
  numeric?: boolean
  className?: string
}

export interface DataSort {
  column: string
  descending: boolean
}

export interface DataTableProps<Row> {
  caption: string
  columns: ReadonlyArray<DataColumn<Row>>
  rows: readonly Row[]
  rowKey: (row: Row) => string
  /** The first column becomes a link and the whole row its click area. */
  rowHref?: (row: Row) => string
  selectedKey?: string
  state?: 'ready' | 'loading' | 'failed'
  /** Said when `state` is `failed`. */
  failure?: string
  onRetry?: () => void
  /** Shown when there is nothing at all: what to do first. */
  empty?: ReactNode
  /** Rows are missing because of filters: offers `onReset` instead of `empty`. */
  isFiltered?: boolean
  onReset?: () => void
  sort?: DataSort | null
  /** The caller sorts (server, URL). Without it the table sorts the rows it has. */
  onSortChange?: (sort: DataSort | null) => void
  skeletonRows?: number
  heightClass?: string
}

const NO_SORT: SortingState = []

export function DataTable<Row>(props: DataTableProps<Row>) {
  const { caption, columns, rows, rowKey, state = 'ready', sort, onSortChange, heightClass } = props
  const [ownSort, setOwnSort] = useState<DataSort | null>(sort ?? null)
  const current = onSortChange ? (sort ?? null) : ownSort
  const definitions = useMemo(() => columns.map(toDefinition), [columns])
  const data = useMemo(() => [...rows], [rows])

  const table = useReactTable({
    data,
    columns: definitions,
    getRowId: rowKey,
    state: { sorting: current ? [{ id: current.column, desc: current.descending }] : NO_SORT },
    manualSorting: onSortChange !== undefined,
    getCoreRowModel: getCoreRowModel(),
    getSortedRowModel: getSortedRowModel(),
  })

  function toggle(column: string): void {
    const next = nextSort(current, column)
    if (onSortChange) onSortChange(next)
    else setOwnSort(next)
  }

  if (state === 'failed') {
    return <ErrorState title={`${caption} could not be loaded`} detail={props.failure} onRetry={props.onRetry} />
  }
  if (state === 'ready' && rows.length === 0) {
    if (props.isFiltered) return <NoMatchState onReset={props.onReset} />
    return props.empty ?? <EmptyState title="Nothing here yet" />
  }

  return (
    <Table caption={caption} heightClass={heightClass} aria-busy={state === 'loading'}>
      <TableHeader>
        <TableRow>
          {columns.map((column) => (
            <Head key={column.id} column={column} sort={current} onToggle={toggle} />
          ))}
        </TableRow>
      </TableHeader>
      <TableBody>
        {state === 'loading'
          ? Array.from({ length: props.skeletonRows ?? 6 }, (_, index) => <SkeletonRow key={index} columns={columns} />)
          : table.getRowModel().rows.map((row) => (
              <TableRow key={row.id} selected={row.id === props.selectedKey}>
                {columns.map((column, index) => (
                  <TableCell key={column.id} numeric={column.numeric} className={column.className}>
                    {index === 0 && props.rowHref ? (
                      <RowLink href={props.rowHref(row.original)}>{column.cell(row.original)}</RowLink>
                    ) : (
                      column.cell(row.original)
                    )}
                  </TableCell>
                ))}
              </TableRow>
            ))}
      </TableBody>
    </Table>
  )
}

function toDefinition<Row>(column: DataColumn<Row>): ColumnDef<Row> {
  const { sortValue } = column
  return sortValue
    ? { id: column.id, accessorFn: (row) => sortValue(row) ?? undefined, sortUndefined: 'last', sortingFn: 'alphanumeric' }
    : { id: column.id, enableSorting: false }
}

/** First click sorts ascending, second descending, third returns to the natural order. */
export function nextSort(current: DataSort | null, column: string): DataSort | null {
  if (current?.column !== column) return { column, descending: false }
  return current.descending ? null : { column, descending: true }
}

interface HeadProps<Row> {
  column: DataColumn<Row>
  sort: DataSort | null
  onToggle: (column: string) => void
}

function Head<Row>({ column, sort, onToggle }: HeadProps<Row>) {
  if (!column.sortValue) {
    return (
      <TableHead numeric={column.numeric} className={column.className}>
        {column.header}
      </TableHead>
    )
  }
  const active = sort?.column === column.id
  const direction = active ? (sort.descending ? 'descending' : 'ascending') : undefined
  return (
    <TableHead numeric={column.numeric} className={column.className} aria-sort={direction ?? 'none'}>
      <button
        type="button"
        onClick={() => onToggle(column.id)}
        className={classNames('inline-flex min-h-6 items-center gap-1 hover:text-ink', column.numeric && 'flex-row-reverse')}
      >
        {column.header}
        <SortIcon direction={direction} />
      </button>
    </TableHead>
  )
}

function SkeletonRow<Row>({ columns }: { columns: ReadonlyArray<DataColumn<Row>> }) {
  return (
    <TableRow>
      {columns.map((column, index) => (
        <TableCell key={column.id} numeric={column.numeric}>
          <Skeleton className={classNames('h-4', index === 0 ? 'w-40' : 'w-16', column.numeric && 'ml-auto')} />
        </TableCell>
      ))}
    </TableRow>
  )
}
