'use client'

import { usePathname } from 'next/navigation'
import { Tabs } from '@/components/ui/tabs'

const SECTIONS = [
  { path: '', label: 'Overview' },
  { path: '/versions', label: 'Versions' },
  { path: '/releases', label: 'Releases' },
  { path: '/serving', label: 'Serving' },
  { path: '/monitoring', label: 'Monitoring' },
  { path: '/explanations', label: 'Explanations' },
  { path: '/kpis', label: 'KPIs' },
  { path: '/predictions', label: 'Predictions' },
  { path: '/settings', label: 'Settings' },
]

/** Pages beside the sections, by the one that they are opened from. */
const OPENED_FROM: Readonly<Record<string, string>> = { '/compare': '/versions', '/reasons': '/settings' }

/** Pages below a section, and those beside them, belong to the tab they were opened from. */
export function ModelTabs({ slug }: { slug: string }) {
  const base = `/models/${slug}`
  const rest = usePathname().slice(base.length)
  const beside = Object.entries(OPENED_FROM).find(([path]) => rest.startsWith(path))?.[1]
  const section = beside ?? SECTIONS.find(({ path }) => path !== '' && rest.startsWith(path))?.path ?? ''
  return (
    <Tabs
      label="Sections of this model"
      current={base + section}
      tabs={SECTIONS.map(({ path, label }) => ({ label, href: base + path }))}
    />
  )
}
