import Link from 'next/link'
import type { ReactNode } from 'react'
import { classNames } from './class-names'

export interface TabLink {
  label: string
  href: string
  /** A number beside the label. */
  count?: number
  mark?: ReactNode
}

export interface TabsProps {
  /** Names the group for screen readers ("Model sections"). */
  label: string
  tabs: readonly TabLink[]
  /** `href` of the tab in view. */
  current: string
  className?: string
}

/** Tabs are links: each has an address, opens in a new window and survives a reload. */
export function Tabs({ label, tabs, current, className }: TabsProps) {
  return (
    <nav aria-label={label} className={classNames('min-w-0 border-b', className)}>
      <ul className="flex flex-wrap gap-x-1">
        {tabs.map((tab) => {
          const active = tab.href === current
          return (
            <li key={tab.href}>
              <Link
                href={tab.href}
                scroll={false}
                aria-current={active ? 'page' : undefined}
                className={classNames(
                  'inline-flex h-9 items-center gap-1.5 border-b-2 px-2.5 text-sm font-medium whitespace-nowrap focus-visible:-outline-offset-2',
                  active ? 'border-ink text-ink' : 'border-transparent text-ink-muted hover:border-line-strong hover:text-ink',
                )}
              >
                {tab.label}
                {tab.count !== undefined && (
                  <span className="rounded-sm bg-sunken px-1 text-xs text-ink-muted tabular-nums">{tab.count}</span>
                )}
                {tab.mark}
              </Link>
            </li>
          )
        })}
      </ul>
    </nav>
  )
}
