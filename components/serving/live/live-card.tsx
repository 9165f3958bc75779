'use client'

import { Pause, Play } from 'lucide-react'
import Link from 'next/link'
import { useState } from 'react'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Card } from '@/components/ui/card'
import { formatCount, formatDuration, formatNumber, NO_VALUE } from '@/components/ui/format'
import { RelativeTime } from '@/components/ui/relative-time'
import { Sparkline } from '@/components/ui/sparkline'
import { Stat } from '@/components/ui/stat'
import { StatusMark, type State } from '@/components/ui/status-mark'
import type { DecisionRow } from '@/lib/explanations/contract'
import { callsASecond, liveNow, type LiveState } from './live-state'
import { useLive, type LiveStatus } from './use-live'

const STATUS: Record<LiveStatus, { state: State; label: string }> = {
  connecting: { state: 'pending', label: 'Connecting' },
  live: { state: 'ok', label: 'Live' },
  paused: { state: 'unknown', label: 'Paused' },
  lost: { state: 'attention', label: 'Not connected' },
  ended: { state: 'attention', label: 'Ended' },
}

export interface LiveCardProps {
  model: string
  environment: string
  /** The newest in the log, newest first. */
  initial: readonly DecisionRow[]
}

/** What the model answers at this moment. */
export function LiveCard({ model, environment, initial }: LiveCardProps) {
  const [isPaused, setPaused] = useState(false)
  const { state, status, listenAgain } = useLive(model, environment, initial, isPaused)
  return (
    <Card
      title="What does it answer right now?"
      description="Calls as they are answered. Counts are of the last ten seconds, times of the last minute."
      actions={
        <>
          <StatusMark {...STATUS[status]} />
          <Button size="small" onClick={() => setPaused(!isPaused)}>
            {isPaused ? <Play aria-hidden /> : <Pause aria-hidden />}
            {isPaused ? 'Go on' : 'Pause'}
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        {status === 'lost' && (
          <Callout state="attention" title="The live view is not connected" actions={<Button size="small" onClick={listenAgain}>Try again</Button>}>
            Flightdeck did not answer, or too many watch at once.
          </Callout>
        )}
        {status === 'ended' && (
          <Callout state="attention" title="Your session has ended">
            Reload the page and sign in again to go on watching.
          </Callout>
        )}
        <LiveNumbers state={state} />
        <LiveList rows={state.rows} />
      </div>
    </Card>
  )
}

function LiveNumbers({ state }: { state: LiveState }) {
  const now = liveNow(state)
  const points = callsASecond(state)
  const rate = (value: number | undefined) => (value === undefined ? NO_VALUE : formatNumber(value, { decimals: value !== 0 && value < 10 ? 1 : 0 }))
  return (
    <div className="grid grid-cols-2 gap-4 sm:grid-cols-3 lg:grid-cols-6">
      <Stat label="Calls a second" value={rate(now?.callsASecond)} />
      <Stat label="Refused a second" value={rate(now?.refusedASecond)} />
      <Stat label="Half within" value={formatDuration(now?.latency.p50Ms)} />
      <Stat label="95 % within" value={formatDuration(now?.latency.p95Ms)} />
      <Stat label="99 % within" value={formatDuration(now?.latency.p99Ms)} />
      <div className="min-w-0">
        <p className="text-xs text-ink-muted">Since you are here</p>
        {points.length > 1 ? (
          <Sparkline values={points} label={`Calls a second, ten seconds each: ${points.map((point) => (point === null ? 'not watched' : formatNumber(point, { decimals: 1 }))).join(', ')}`} width={130} height={32} />
        ) : (
          <p className="mt-1 text-xs text-ink-muted">A line follows in a moment.</p>
        )}
      </div>
      {now !== null && now.leftOut > 0 && (
        <p className="col-span-full text-xs text-ink-muted">{formatCount(now.leftOut)} predictions of the last ten seconds are counted, but too many to be listed.</p>
      )}
    </div>
  )
}

/** Stands still while somebody points into it: no row moves away under the hand. */
function LiveList({ rows }: { rows: readonly DecisionRow[] }) {
  const [held, setHeld] = useState<readonly DecisionRow[] | null>(null)
  const shown = held ?? rows
  if (shown.length === 0) return <p className="text-sm text-ink-muted">Nothing was answered here yet. Try the model below: the prediction appears here.</p>
  return (
    <ol
      aria-label="Latest predictions"
      className="grid divide-y rounded-md border"
      onPointerEnter={(event) => event.pointerType === 'mouse' && setHeld(rows)}
      onPointerLeave={() => setHeld(null)}
      onFocus={() => setHeld(rows)}
      onBlur={() => setHeld(null)}
    >
      {shown.map((row) => (
        <li key={row.id} className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5 px-3 py-1.5 text-sm">
          <span className="w-24 shrink-0 text-xs text-ink-muted tabular-nums">
            <RelativeTime at={row.at} />
          </span>
          <span className="min-w-0 flex-1 basis-60">
            <Link href={`/predictions/${row.id}`} prefetch={false} className="link">
              {row.answer.replace(/\.$/, '')}
            </Link>
            {row.guardrail && (
              <>
                {' '}
                <Badge state="attention">Guardrail</Badge>
              </>
            )}
          </span>
          <span className="text-xs text-ink-muted tabular-nums">
            v{row.version} · {formatDuration(row.latencyMicros / 1000)} · {row.callerName}
          </span>
        </li>
      ))}
    </ol>
  )
}
