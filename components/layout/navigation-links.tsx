'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useId } from 'react'
import { classNames } from '@/components/ui/class-names'
import { currentItem, type NavigationGroup } from './navigation'

export interface NavigationLinksProps {
  groups: readonly NavigationGroup[]
  /** Called when a link is followed, so that the sheet on phones can close. */
  onFollow?: () => void
}

export function NavigationLinks({ groups, onFollow }: NavigationLinksProps) {
  const current = currentItem(groups, usePathname())
  const id = useId()
  return (
    <nav aria-label="Main" className="grid gap-4">
      {groups.map((group, index) => (
        <div key={group.label ?? index}>
          {group.label !== undefined && (
            <p id={`${id}-${index}`} className="px-2 pb-1 text-xs font-medium text-ink-subtle">
              {group.label}
            </p>
          )}
          <ul aria-labelledby={group.label === undefined ? undefined : `${id}-${index}`} className="grid gap-0.5">
            {group.items.map((item) => {
              const isCurrent = item.href === current
              return (
                <li key={item.href}>
                  <Link
                    href={item.href}
                    onClick={onFollow}
                    aria-current={isCurrent ? 'page' : undefined}
                    className={classNames(
                      'relative flex min-h-8 items-center gap-2.5 rounded-md px-2 text-sm font-medium max-md:min-h-10 [&_svg]:size-4 [&_svg]:shrink-0',
                      isCurrent
                        ? 'bg-hover text-ink before:absolute before:inset-y-1.5 before:left-0 before:w-0.5 before:rounded-full before:bg-ink'
                        : 'text-ink-muted hover:bg-hover hover:text-ink',
                    )}
                  >
                    {item.icon}
                    <span className="min-w-0 flex-1 truncate">{item.label}</span>
                    {item.count !== undefined && item.count > 0 && (
                      <span className="rounded-sm border border-line-strong bg-surface px-1 text-xs text-ink tabular-nums">
                        {item.count}
                        <span className="sr-only"> {item.countLabel}</span>
                      </span>
                    )}
                  </Link>
                </li>
              )
            })}
          </ul>
        </div>
      ))}
    </nav>
  )
}
