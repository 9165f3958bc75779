import type { ReactNode } from 'react'

export interface NavigationItem {
  label: string
  href: string
  icon: ReactNode
  /** Things that wait there; `countLabel` says of what ("open incidents"). */
  count?: number
  countLabel?: string
}

export interface NavigationGroup {
  label?: string
  items: readonly NavigationItem[]
}

export interface Account {
  name: string
  email: string
  role: string
}

/** The item a path belongs to: the longest address that begins it. */
export function currentItem(groups: readonly NavigationGroup[], pathname: string): string | undefined {
  return groups
    .flatMap((group) => group.items.map((item) => item.href))
    .filter((href) => pathname === href || (href !== '/' && pathname.startsWith(`${href}/`)))
    .sort((a, b) => b.length - a.length)[0]
}
