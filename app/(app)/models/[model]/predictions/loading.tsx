import { PredictionListSkeleton } from '@/components/predictions/list-skeleton'

export default function Loading() {
  return <PredictionListSkeleton />
}
