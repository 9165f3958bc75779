'use client'

import { useEffect, useState } from 'react'
import type { DecisionRow } from '@/lib/explanations/contract'
import type { LiveEvents } from '@/lib/explanations/contract/live'
import { withRow, withSummary, type LiveState } from './live-state'

export type LiveStatus = 'connecting' | 'live' | 'paused' | 'lost' | 'ended'

/** Listens while the page is in view: a browser has few connections, and a page that nobody sees needs none. */
export function useLive(model: string, environment: string, initial: readonly DecisionRow[], isPaused: boolean): { state: LiveState; status: LiveStatus; listenAgain: () => void } {
  const [state, setState] = useState<LiveState>({ rows: initial, summaries: [] })
  const [status, setStatus] = useState<LiveStatus>('connecting')
  const [attempt, setAttempt] = useState(0)
  const isSeen = useIsSeen()

  useEffect(() => {
    if (isPaused || !isSeen) return
    const source = new EventSource(`/api/models/${encodeURIComponent(model)}/live?environment=${encodeURIComponent(environment)}`)
    const on = <K extends keyof LiveEvents>(name: K, take: (event: LiveEvents[K]) => void) =>
      source.addEventListener(name, (event: MessageEvent<string>) => take(JSON.parse(event.data) as LiveEvents[K]))
    on('prediction', (row) => setState((present) => withRow(present, row)))
    on('summary', (summary) => {
      setStatus('live')
      setState((present) => withSummary(present, summary))
    })
    on('ended', () => {
      source.close()
      setStatus('ended')
    })
    // Without an answer of 200 it does not try again by itself.
    source.onerror = () => setStatus(source.readyState === EventSource.CLOSED ? 'lost' : 'connecting')
    return () => source.close()
  }, [model, environment, isPaused, isSeen, attempt])

  return { state, status: isPaused ? 'paused' : status, listenAgain: () => setAttempt(attempt + 1) }
}

function useIsSeen(): boolean {
  const [isSeen, setSeen] = useState(true)
  useEffect(() => {
    const look = () => setSeen(document.visibilityState === 'visible')
    look()
    document.addEventListener('visibilitychange', look)
    return () => document.removeEventListener('visibilitychange', look)
  }, [])
  return isSeen
}
