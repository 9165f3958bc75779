import { Card } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'

const ROWS = 6

/** The shape of a page of reviews while it is read. */
export function ListSkeleton() {
  return (
    <div role="status" aria-label="Loading" className="grid gap-5">
      <Skeleton className="h-8 w-60" />
      <Card flush>
        {Array.from({ length: ROWS }, (_, index) => (
          <div key={index} className="flex h-12 items-center gap-4 border-b px-3 last:border-b-0">
            <Skeleton className="h-3 w-40" />
            <Skeleton className="h-3 w-16" />
            <Skeleton className="h-3 flex-1" />
          </div>
        ))}
      </Card>
    </div>
  )
}
