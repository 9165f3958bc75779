'use client'

import { usePathname, useSearchParams } from 'next/navigation'
import { Tabs } from '@/components/ui/tabs'

const VIEWS = [
  { path: '', label: 'Overall' },
  { path: '/field', label: 'Single field' },
  { path: '/groups', label: 'Groups' },
  { path: '/changes', label: 'Changes' },
]
/** What one view hands to the next. */
const KEPT = ['range', 'from', 'to', 'environment', 'version']

export function InsightTabs({ slug }: { slug: string }) {
  const asked = useSearchParams()
  const kept = new URLSearchParams(KEPT.flatMap((name) => (asked.get(name) === null ? [] : [[name, asked.get(name) ?? '']])))
  const query = kept.size === 0 ? '' : `?${kept}`
  const base = `/models/${slug}/explanations`
  const rest = usePathname().slice(base.length)
  return <Tabs label="Views of the explanations" current={`${base}${rest}${query}`} tabs={VIEWS.map(({ path, label }) => ({ label, href: `${base}${path}${query}` }))} />
}
