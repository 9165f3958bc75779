import { classNames } from '@/components/ui/class-names'
import type { ReferenceStrip } from '@/lib/explanations/contract/lookup'
import { prepareStrip } from './prepare'

/** Where a value lies in the reference: one small line beside the number, with words for those who do not see it. */
export function PercentileStrip({ strip, className }: { strip: ReferenceStrip; className?: string }) {
  const { parts, mark, ends, text } = prepareStrip(strip)
  return (
    <span className={classNames('block max-w-56', className)}>
      <span role="img" aria-label={text} title={text} className="relative block h-3.5">
        <span className="absolute inset-x-0 top-1 block h-1.5 overflow-hidden rounded-[1px] border border-line-strong">
          {parts.map(({ from, width, isOwn }, index) => (
            <span
              key={index}
              className={classNames('absolute inset-y-0 border-r border-line-strong last:border-r-0', isOwn ? 'bg-series-2' : 'bg-series-fill')}
              style={{ left: `${from}%`, width: `${width}%` }}
            />
          ))}
        </span>
        {mark !== null && <span className="absolute inset-y-0 w-1 -translate-x-1/2 rounded-[1px] bg-series-1 ring-1 ring-surface" style={{ left: `${mark}%` }} />}
      </span>
      {ends && (
        <span aria-hidden className="flex justify-between gap-2 text-xs text-ink-muted tabular-nums">
          <span className="truncate">{ends.low}</span>
          <span className="truncate">{ends.high}</span>
        </span>
      )}
    </span>
  )
}
