'use client'

import { usePathname } from 'next/navigation'
import { Tabs } from '@/components/ui/tabs'

const SECTIONS = [
  { path: '', label: 'Overview' },
  { path: '/versions', label: 'Versions' },
  { path: '/releases', label: 'Releases' },
  { path: '/monitoring', label: 'Monitoring' },
  { path: '/explanations', label: 'Explanations' },
  { path: '/kpis', label: 'KPIs' },
  { path: '/predictions', label: 'Predictions' },
  { path: '/settings', label: 'Settings' },
]

/** Pages below a section, and the comparison, belong to the tab they were opened from. */
export function ModelTabs({ slug }: { slug: string }) {
  const base = `/models/${slug}`
  const rest = usePathname().slice(base.length)
  const section = rest.startsWith('/compare') ? '/versions' : (SECTIONS.find(({ path }) => path !== '' && rest.startsWith(path))?.path ?? '')
  return (
    <Tabs
      label="Sections of this model"
      current={base + section}
      tabs={SECTIONS.map(({ path, label }) => ({ label, href: base + path }))}
    />
  )
}
