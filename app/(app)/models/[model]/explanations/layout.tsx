import type { ReactNode } from 'react'
import { InsightTabs } from '@/components/explanations/insights/insight-tabs'

interface Props {
  params: Promise<{ model: string }>
  children: ReactNode
}

export default async function ExplanationsLayout({ params, children }: Props) {
  return (
    <div className="grid gap-5">
      <InsightTabs slug={(await params).model} />
      {children}
    </div>
  )
}
