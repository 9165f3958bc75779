'use client'

import { ChartLine, Download, Table2 } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useId, useRef, useState, type ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { classNames } from '@/components/ui/class-names'
import { DropdownMenu, MenuItem } from '@/components/ui/dropdown-menu'
import { EmptyState } from '@/components/ui/empty-state'
import { ErrorState } from '@/components/ui/error-state'
import { NoMatchState } from '@/components/ui/no-match-state'
import { tableToCsv } from './csv'
import { ChartSkeleton, type SkeletonShape } from './chart-skeleton'
import type { ChartTable } from './chart-table'
import { ChartTableView } from './chart-table-view'
import { saveAsPng, saveText, toFileName } from './download'

export type ChartState = 'ready' | 'loading' | 'empty' | 'no-match' | 'failed'

/** What the caller of any chart may say about it. */
export interface ChartFrameProps {
  /** The title: the question this chart answers. */
  question: string
  /** The answer in one sentence, business words first. */
  answer?: ReactNode
  state?: ChartState
  /** Nothing yet: what has to happen for data to appear. */
  emptyText?: ReactNode
  emptyAction?: ReactNode
  /** Nothing matches: the way back. */
  resetHref?: string
  onReset?: () => void
  /** Failed: why. */
  failure?: ReactNode
  /** Without it, "Try again" asks the server for the page again. */
  onRetry?: () => void
  /** Further controls, for instance a time range. */
  actions?: ReactNode
  /** Of downloads, without extension; made from the question otherwise. */
  fileName?: string
  level?: 2 | 3
  /** Draws its own card; false where it already sits in one. */
  framed?: boolean
}

interface FrameBodyProps extends ChartFrameProps {
  table: ChartTable
  /** No data although `state` is ready. */
  isEmpty: boolean
  skeleton: SkeletonShape
  /** Height of the plot; the four states keep it, so nothing jumps. */
  height: number
  children: ReactNode
}

export function ChartFrame(props: FrameBodyProps) {
  const { question, answer, table, skeleton, height, level = 3, framed = true } = props
  const state = (props.state ?? 'ready') === 'ready' && props.isEmpty ? 'empty' : (props.state ?? 'ready')
  const [view, setView] = useState<'chart' | 'table'>('chart')
  const [downloadError, setDownloadError] = useState<string>()
  const figure = useRef<HTMLElement>(null)
  const headingId = useId()
  const Heading = level === 2 ? 'h2' : 'h3'
  const isReady = state === 'ready'
  const name = props.fileName ?? toFileName(question)

  async function downloadPng(): Promise<void> {
    if (!figure.current) return
    setDownloadError(undefined)
    try {
      await saveAsPng(figure.current, name)
    } catch {
      setDownloadError('The browser could not draw the picture. The CSV has the same numbers.')
    }
  }

  return (
    <figure
      ref={figure}
      aria-labelledby={headingId}
      className={classNames('min-w-0', framed && 'rounded-lg border bg-surface p-4 shadow-card')}
    >
      <div className="mb-3 flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-56">
          <Heading id={headingId} className="text-base">
            {question}
          </Heading>
          {answer !== undefined && isReady && <p className="mt-0.5 text-sm text-ink-muted">{answer}</p>}
        </div>
        <div data-chart-tools className="flex items-center gap-1">
          {props.actions}
          {isReady && (
            <>
              <Button
                variant="quiet"
                size="iconSmall"
                aria-label={view === 'chart' ? 'Show as table' : 'Show as chart'}
                title={view === 'chart' ? 'Show as table' : 'Show as chart'}
                onClick={() => setView(view === 'chart' ? 'table' : 'chart')}
              >
                {view === 'chart' ? <Table2 aria-hidden /> : <ChartLine aria-hidden />}
              </Button>
              <DropdownMenu
                trigger={
                  <Button variant="quiet" size="iconSmall" aria-label={`Download: ${question}`} title="Download">
                    <Download aria-hidden />
                  </Button>
                }
              >
                <MenuItem onSelect={() => saveText(tableToCsv(table), `${name}.csv`, 'text/csv')}>Data as CSV</MenuItem>
                <MenuItem onSelect={downloadPng}>Picture as PNG</MenuItem>
              </DropdownMenu>
            </>
          )}
        </div>
      </div>
      {downloadError !== undefined && (
        <p role="alert" className="mb-2 text-sm text-problem">
          {downloadError}
        </p>
      )}
      {isReady && view === 'table' ? (
        <ChartTableView caption={question} table={table} />
      ) : isReady ? (
        props.children
      ) : (
        <NotReady {...props} state={state} skeleton={skeleton} height={height} />
      )}
    </figure>
  )
}

interface NotReadyProps extends Omit<FrameBodyProps, 'state'> {
  state: ChartState
}

function NotReady(props: NotReadyProps) {
  const router = useRouter()
  return (
    <div style={{ minHeight: props.height }} className="grid items-center">
      {props.state === 'loading' && <ChartSkeleton shape={props.skeleton} height={props.height} label={props.question} />}
      {props.state === 'empty' && (
        <EmptyState title="Nothing to show yet" action={props.emptyAction} className="py-4">
          {props.emptyText}
        </EmptyState>
      )}
      {props.state === 'no-match' && <NoMatchState resetHref={props.resetHref} onReset={props.onReset} className="py-4" />}
      {props.state === 'failed' && (
        <ErrorState
          title="This chart could not be loaded"
          detail={props.failure}
          onRetry={props.onRetry ?? (() => router.refresh())}
          className="py-4"
        />
      )}
    </div>
  )
}
