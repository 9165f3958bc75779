import { Card } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'

const ROWS = 12

/** The shape of the list of predictions while it is read. */
export function PredictionListSkeleton() {
  return (
    <div role="status" aria-label="Loading predictions" className="grid gap-5">
      <Skeleton className="h-8 w-full sm:w-96" />
      <div className="grid grid-cols-2 gap-3 sm:flex">
        {Array.from({ length: 6 }, (_, index) => (
          <Skeleton key={index} className="h-12 sm:w-32" />
        ))}
      </div>
      <Card flush>
        {Array.from({ length: ROWS }, (_, index) => (
          <div key={index} className="flex h-10 items-center gap-4 border-b px-3 last:border-b-0">
            <Skeleton className="h-3 w-32" />
            <Skeleton className="h-3 w-20" />
            <Skeleton className="h-3 flex-1" />
          </div>
        ))}
      </Card>
    </div>
  )
}
