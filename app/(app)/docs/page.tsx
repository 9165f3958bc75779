import type { Metadata } from 'next'
import Link from 'next/link'
import { GUIDE_PAGES } from '@/components/docs/guide-pages'
import { PageHeader } from '@/components/layout/page-header'

export const metadata: Metadata = { title: 'Guide' }

const PAGES = [
  ...GUIDE_PAGES.map(({ slug, ...page }) => ({ href: `/docs/${slug}`, ...page })),
  { href: '/docs/api', title: 'API reference', description: 'Every route with its parameters, body and answers.' },
]

export default function DocsPage() {
  return (
    <>
      <PageHeader title="Guide" description="How Flightdeck is used and run. It describes the version that is running here." />
      <ul className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
        {PAGES.map(({ href, title, description }) => (
          <li key={href} className="relative rounded-lg border bg-surface p-4 shadow-card hover:bg-hover">
            <Link href={href} className="font-medium after:absolute after:inset-0">
              {title}
            </Link>
            <p className="mt-0.5 text-sm text-ink-muted">{description}</p>
          </li>
        ))}
      </ul>
    </>
  )
}
