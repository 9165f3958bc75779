'use client'

import { ErrorState } from '@/components/ui/error-state'

interface ErrorPageProps {
  error: unknown
  retry: () => void
}

/** The server's own message stays in its log; the digest leads there. */
export default function ErrorPage({ error, retry }: ErrorPageProps) {
  const digest = error instanceof Error && 'digest' in error && typeof error.digest === 'string' ? error.digest : undefined
  return (
    <ErrorState
      title="This page could not be shown"
      detail="Something failed while it was put together. Nothing was changed, and serving is not affected."
      requestId={digest}
      onRetry={retry}
      className="min-h-[50dvh] content-center"
    />
  )
}
