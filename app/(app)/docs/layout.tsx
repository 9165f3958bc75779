import type { ReactNode } from 'react'
import { GuideNavigation } from '@/components/docs/guide-navigation'

export default function DocsLayout({ children }: { children: ReactNode }) {
  return (
    <div className="grid gap-x-10 gap-y-6 lg:grid-cols-[13rem_minmax(0,1fr)]">
      <GuideNavigation />
      <div className="min-w-0">{children}</div>
    </div>
  )
}
