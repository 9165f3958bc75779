'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { classNames } from '@/components/ui/class-names'
import { GUIDE_PAGES } from './guide-pages'

const LINKS = [...GUIDE_PAGES.map(({ slug, title }) => ({ href: `/docs/${slug}`, title })), { href: '/docs/api', title: 'API reference' }]

export function GuideNavigation() {
  const pathname = usePathname()
  return (
    <nav aria-label="Guide" className="lg:sticky lg:top-18 lg:self-start">
      <ul className="flex gap-x-1 overflow-x-auto whitespace-nowrap lg:grid lg:gap-y-0.5 lg:whitespace-normal">
        {LINKS.map(({ href, title }) => {
          const isCurrent = pathname === href
          return (
            <li key={href}>
              <Link
                href={href}
                aria-current={isCurrent ? 'page' : undefined}
                className={classNames(
                  'flex min-h-7 items-center rounded-md px-2 text-sm',
                  isCurrent ? 'bg-hover font-medium text-ink' : 'text-ink-muted hover:bg-hover hover:text-ink',
                )}
              >
                {title}
              </Link>
            </li>
          )
        })}
      </ul>
    </nav>
  )
}
