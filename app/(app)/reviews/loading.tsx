import { ListSkeleton } from '@/components/reviews/list-skeleton'

export default function Loading() {
  return <ListSkeleton />
}
