import { Card } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'

const CARDS = 4

export default function Loading() {
  return (
    <div role="status" aria-label="Loading the prediction" className="grid gap-5">
      <Skeleton className="h-7 w-full max-w-xl" />
      <Skeleton className="h-4 w-64" />
      <div className="grid gap-5 lg:grid-cols-2">
        {Array.from({ length: CARDS }, (_, index) => (
          <Card key={index}>
            <Skeleton className="h-48 w-full" />
          </Card>
        ))}
      </div>
    </div>
  )
}
