import { Skeleton } from '@/components/ui/skeleton'

export type SkeletonShape = 'line' | 'columns' | 'rows'

const COLUMN_HEIGHTS = ['h-1/3', 'h-2/3', 'h-full', 'h-4/5', 'h-1/2', 'h-1/3', 'h-1/4', 'h-1/5']
const ROW_WIDTHS = ['w-11/12', 'w-3/4', 'w-2/3', 'w-1/2', 'w-2/5', 'w-1/4']

export interface ChartSkeletonProps {
  shape: SkeletonShape
  height?: number
  /** What is loading, for screen readers. */
  label: string
}

/** The chart's own shape while its data, or its code, is on the way. */
export function ChartSkeleton({ shape, height, label }: ChartSkeletonProps) {
  return (
    <div role="status" aria-label={`Loading: ${label}`} style={shape === 'rows' ? { minHeight: height } : { height: height ?? '100%' }} className="w-full">
      {shape === 'line' && (
        <svg aria-hidden viewBox="0 0 100 40" preserveAspectRatio="none" className="size-full animate-breathe">
          {[8, 20, 32].map((y) => (
            <line key={y} x1={0} x2={100} y1={y} y2={y} stroke="var(--grid)" vectorEffect="non-scaling-stroke" />
          ))}
          <path
            d="M0 28L12 24L25 27L38 18L50 22L62 14L75 19L88 10L100 13"
            fill="none"
            stroke="var(--line)"
            strokeWidth={3}
            vectorEffect="non-scaling-stroke"
          />
        </svg>
      )}
      {shape === 'columns' && (
        <div className="flex size-full items-end gap-2">
          {COLUMN_HEIGHTS.map((height, index) => (
            <Skeleton key={index} className={`flex-1 ${height}`} />
          ))}
        </div>
      )}
      {shape === 'rows' && (
        <div className="flex size-full flex-col gap-3">
          {ROW_WIDTHS.map((width) => (
            <div key={width} className="grid grid-cols-[7rem_1fr] gap-3">
              <Skeleton className="h-4" />
              <Skeleton className={`h-4 ${width}`} />
            </div>
          ))}
        </div>
      )}
    </div>
  )
}
