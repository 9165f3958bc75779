import { ArrowDown, ArrowUp, ChevronsUpDown } from 'lucide-react'
import Link from 'next/link'
import type { ComponentProps, ReactNode } from 'react'
import { classNames } from './class-names'

export interface TableProps extends ComponentProps<'table'> {
  /** Says what the table holds; read by screen readers, not drawn. */
  caption: string
  /** Scrolls inside this height with a sticky header (a Tailwind class such as `max-h-96`). */
  heightClass?: string
}

/** Scrolls sideways inside its own box on narrow screens, so the page never does. */
export function Table({ caption, heightClass, className, children, ...rest }: TableProps) {
  return (
    <div
      className={classNames('relative w-full min-w-0 overflow-auto rounded-[inherit]', heightClass)}
      role="group"
      aria-label={caption}
      tabIndex={0}
    >
      <table className={classNames('w-full border-collapse text-sm', className)} {...rest}>
        <caption className="sr-only">{caption}</caption>
        {children}
      </table>
    </div>
  )
}

export function TableHeader(props: ComponentProps<'thead'>) {
  return <thead {...props} />
}

export function TableBody(props: ComponentProps<'tbody'>) {
  return <tbody {...props} />
}

export interface TableRowProps extends ComponentProps<'tr'> {
  /** The row the URL points at. */
  selected?: boolean
}

export function TableRow({ selected, className, ...rest }: TableRowProps) {
  return (
    <tr
      className={classNames(
        'relative border-b transition-colors last:border-b-0 hover:bg-hover/60 in-[thead]:hover:bg-transparent',
        selected === true && 'bg-sunken',
        className,
      )}
      aria-current={selected === true ? 'true' : undefined}
      {...rest}
    />
  )
}

interface CellLook {
  /** Right aligned, tabular figures. */
  numeric?: boolean
}

const headClass =
  'sticky top-0 z-10 h-8 bg-surface px-3 text-left text-xs font-medium whitespace-nowrap text-ink-muted shadow-[inset_0_-1px_0_var(--line)]'

export function TableHead({ numeric, className, ...rest }: ComponentProps<'th'> & CellLook) {
  return <th scope="col" className={classNames(headClass, numeric === true && 'text-right', className)} {...rest} />
}

export function TableCell({ numeric, className, ...rest }: ComponentProps<'td'> & CellLook) {
  return (
    <td
      className={classNames(
        'h-10 px-3 py-1.5 align-middle',
        numeric === true && 'text-right whitespace-nowrap tabular-nums',
        className,
      )}
      {...rest}
    />
  )
}

export interface RowLinkProps extends ComponentProps<typeof Link> {
  children: ReactNode
}

/**
 * The one link of a row; its click area is the whole row. Other controls in the row need `relative z-10`. Not fetched
 * ahead: a list of fifty rows would ask the server for fifty pages.
 */
export function RowLink({ className, ...rest }: RowLinkProps) {
  return (
    <Link
      prefetch={false}
      className={classNames(
        'font-medium text-ink max-md:whitespace-nowrap after:absolute after:inset-0 hover:underline focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-focus',
        className,
      )}
      {...rest}
    />
  )
}

export type SortDirection = 'ascending' | 'descending'

const SORT_ICONS = { ascending: ArrowUp, descending: ArrowDown, none: ChevronsUpDown }

export function SortIcon({ direction }: { direction: SortDirection | undefined }) {
  const Icon = SORT_ICONS[direction ?? 'none']
  return <Icon aria-hidden className={classNames('size-3.5', direction === undefined && 'opacity-60')} />
}

export interface SortHeadProps extends CellLook {
  label: string
  /** Where a click leads: the same view, sorted by this column. */
  href: string
  direction?: SortDirection
  className?: string
}

/** A column header sorted through the URL, without client JavaScript. */
export function SortHead({ label, href, direction, numeric, className }: SortHeadProps) {
  return (
    <th scope="col" aria-sort={direction ?? 'none'} className={classNames(headClass, numeric && 'text-right', className)}>
      <Link
        href={href}
        scroll={false}
        className={classNames('inline-flex min-h-6 items-center gap-1 hover:text-ink', numeric && 'flex-row-reverse')}
      >
        {label}
        <SortIcon direction={direction} />
      </Link>
    </th>
  )
}
