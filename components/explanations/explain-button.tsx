'use client'

import { useMutation } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useTransition } from 'react'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { errorText } from '@/components/ui/error-text'
import { explainPrediction } from '@/lib/explanations/client'

/** Computes the explanation of one prediction; the page then shows it. */
export function ExplainButton({ predictionId }: { predictionId: string }) {
  const router = useRouter()
  const [isRefreshing, startRefresh] = useTransition()
  const explain = useMutation({
    mutationFn: () => explainPrediction(predictionId),
    onSuccess: () => startRefresh(() => router.refresh()),
  })
  const isBusy = explain.isPending || isRefreshing
  return (
    <div className="grid justify-items-center gap-3">
      <Button variant="primary" loading={isBusy} onClick={() => explain.mutate()}>
        {explain.isError ? 'Try again' : 'Explain this decision'}
      </Button>
      <p role="status" className="text-sm text-ink-muted">
        {isBusy ? 'Asking the model what it would have said about other cases. This may take a second or two.' : ''}
      </p>
      {explain.isError && (
        <Callout state="problem" title="The explanation could not be computed" role="alert">
          {errorText(explain.error)}
        </Callout>
      )}
    </div>
  )
}
