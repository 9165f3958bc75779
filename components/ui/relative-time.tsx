'use client'

import { useSyncExternalStore } from 'react'
import { formatDateTime, formatIso, formatRelative, NO_VALUE, type Moment } from './format'

const TICK_MS = 30_000
const listeners = new Set<() => void>()
let nowMs = 0
let timer: ReturnType<typeof setInterval> | undefined

// One clock for all times on the page; it stops with the last of them.
function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(() => {
    nowMs = Date.now()
    for (const notify of listeners) notify()
  }, TICK_MS)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) {
      clearInterval(timer)
      timer = undefined
      nowMs = 0
    }
  }
}

function readClock(): number {
  if (nowMs === 0) nowMs = Date.now()
  return nowMs
}

export interface RelativeTimeProps {
  at: Moment | null | undefined
  /** Said instead when there is no time. */
  fallback?: string
  className?: string
}

/** The server writes the full time, the browser turns it into "5 min ago"; the full time stays on hover. */
export function RelativeTime({ at, fallback = NO_VALUE, className }: RelativeTimeProps) {
  const now = useSyncExternalStore<number | undefined>(subscribe, readClock, () => undefined)
  if (at === null || at === undefined) return <span className={className}>{fallback}</span>
  const absolute = formatDateTime(at)
  return (
    <time dateTime={formatIso(at)} title={absolute} className={className}>
      {now === undefined ? absolute : formatRelative(at, now)}
    </time>
  )
}
