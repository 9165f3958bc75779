'use client'

import { CircleQuestionMark } from 'lucide-react'
import type { ReactNode } from 'react'
import { Popover } from './popover'

export interface InfoTipProps {
  /** What is explained; becomes the button's name ("About PSI"). */
  term: string
  children: ReactNode
}

/** The statistic behind a business word, one click deeper. Opens by click, touch and keyboard. */
export function InfoTip({ term, children }: InfoTipProps) {
  return (
    <Popover
      label={`About ${term}`}
      trigger={
        <button
          type="button"
          aria-label={`About ${term}`}
          className="relative z-10 inline-grid size-6 place-items-center rounded-full align-middle text-ink-subtle hover:text-ink"
        >
          <CircleQuestionMark aria-hidden className="size-3.5" />
        </button>
      }
    >
      {children}
    </Popover>
  )
}
