'use client'

import { useMutation } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { toast } from 'sonner'
import { Button } from '@/components/ui/button'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { errorText } from '@/components/ui/error-text'
import { closeReview, exportReview } from '@/lib/evidence/client/reviews'
import type { ReviewProgress } from '@/lib/evidence/contract'

export function ExportButton({ reviewId }: { reviewId: string }) {
  const fetchFile = useMutation({
    mutationFn: () => exportReview(reviewId),
    onSuccess: (file) => {
      save(file, `review-${reviewId}.json`)
      toast.success('The signed file was downloaded. Check it with npx flightdeck verify.')
    },
    onError: (error) => toast.error(errorText(error)),
  })
  return (
    <Button loading={fetchFile.isPending} onClick={() => fetchFile.mutate()}>
      <Download aria-hidden />
      Export signed file
    </Button>
  )
}

export interface CloseButtonProps {
  review: { id: string; name: string; progress: ReviewProgress }
}

export function CloseButton({ review: { id, name, progress } }: CloseButtonProps) {
  const router = useRouter()
  const open = progress.cases - progress.inOrder - progress.concern
  return (
    <ConfirmDialog
      trigger={<Button>Close the review</Button>}
      title={`Close “${name}”?`}
      effect={`Verdicts and notes stay as they are: ${progress.inOrder} in order, ${progress.concern} with a concern${open === 0 ? '' : `, ${open} without a verdict`}. Nobody can change them any more. Decisions are not touched.`}
      undo="It cannot be undone. A new review of the same selection and seed has the same cases."
      confirmLabel="Close the review"
      onConfirm={async () => {
        await closeReview(id)
        toast.success('The review is closed.')
        router.refresh()
      }}
    />
  )
}

function save(file: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = name
  link.click()
  // Some browsers read the address after the click has returned.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
