import { ChartSkeleton } from '@/components/charts/chart-skeleton'
import { Card } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'

const CHART_HEIGHT = 260

/** The shape of a page of charts while they are computed; the time range above stays in reach. */
export function ReadingsSkeleton({ hasTable = false, charts }: { hasTable?: boolean; charts: number }) {
  return (
    <div role="status" aria-label="Loading charts" className="grid gap-5">
      {hasTable && (
        <>
          <Skeleton className="h-20 w-full" />
          <Card flush>
            {Array.from({ length: 8 }, (_, index) => (
              <div key={index} className="flex h-12 items-center gap-4 border-b px-3 last:border-b-0">
                <Skeleton className="h-3 w-32" />
                <Skeleton className="h-3 flex-1" />
                <Skeleton className="h-3 w-20" />
              </div>
            ))}
          </Card>
        </>
      )}
      <div className="grid gap-4 lg:grid-cols-2">
        {Array.from({ length: charts }, (_, index) => (
          <Card key={index}>
            <ChartSkeleton shape="line" height={CHART_HEIGHT} label="chart" />
          </Card>
        ))}
      </div>
    </div>
  )
}
