import { Card } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'

/** The shape of a case while it is opened. */
export function CaseSkeleton() {
  return (
    <div role="status" aria-label="Opening the case" className="grid items-start gap-5 lg:grid-cols-[3fr_2fr]">
      <div className="grid gap-5">
        <Skeleton className="h-12 w-full" />
        {[40, 56].map((height) => (
          <Card key={height}>
            <Skeleton className="h-5 w-40" />
            <Skeleton className={height === 40 ? 'mt-3 h-40' : 'mt-3 h-56'} />
          </Card>
        ))}
      </div>
      <Card>
        <Skeleton className="h-5 w-32" />
        <Skeleton className="mt-3 h-8 w-48" />
        <Skeleton className="mt-3 h-36" />
      </Card>
    </div>
  )
}
