'use client'

import { useRef, useState } from 'react'
import type { Decision } from '@/lib/explanations/contract'
import { NOTHING_TRIED, withAll } from './changes'
import { CounterfactualsCard } from './counterfactuals-card'
import { WhatIfCard } from './what-if-card'

/** Trying a decision out: what would have changed it, and what if. What is found there can be tried here. */
export function TryOut({ decision }: { decision: Decision }) {
  const [tried, setTried] = useState(NOTHING_TRIED)
  const form = useRef<HTMLDivElement>(null)
  return (
    <>
      <CounterfactualsCard
        decision={decision}
        onTry={(changes) => {
          setTried((before) => withAll(before, changes))
          form.current?.scrollIntoView({ block: 'start' })
          form.current?.focus({ preventScroll: true })
        }}
      />
      <div ref={form} tabIndex={-1} role="region" aria-label="What if?" className="scroll-mt-20 focus:outline-none">
        <WhatIfCard decision={decision} tried={tried} onTry={setTried} />
      </div>
    </>
  )
}
