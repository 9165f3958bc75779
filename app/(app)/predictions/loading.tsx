import { PageHeader } from '@/components/layout/page-header'
import { PredictionListSkeleton } from '@/components/predictions/list-skeleton'

export default function Loading() {
  return (
    <>
      <PageHeader title="Predictions" />
      <PredictionListSkeleton />
    </>
  )
}
