'use client'

import { ChevronRight } from 'lucide-react'
import { useState, type ReactNode } from 'react'

export interface FoldProps {
  summary: ReactNode
  /** Opens it, and it stays open when the problem is gone: somebody is typing there. */
  hasProblem: boolean
  isOpenAtFirst?: boolean
  children: ReactNode
}

/** One item of a list of settings, folded up until it is asked for. */
export function Fold({ summary, hasProblem, isOpenAtFirst = false, children }: FoldProps) {
  const [isOpen, setIsOpen] = useState(isOpenAtFirst)
  return (
    <details className="group border-t first:border-t-0" open={isOpen || hasProblem} onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary className="flex min-h-10 cursor-pointer flex-wrap items-center gap-2 px-4 py-1.5 text-sm">
        <ChevronRight aria-hidden className="size-4 shrink-0 text-ink-muted group-open:rotate-90" />
        {summary}
      </summary>
      <div className="grid gap-4 px-4 pt-1 pb-4">{children}</div>
    </details>
  )
}
