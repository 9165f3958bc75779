import type { Metadata } from 'next'
import { ButtonLink } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'

export const metadata: Metadata = { title: 'Not found' }

export default function NotFound() {
  return (
    <main id="main" className="grid min-h-[60dvh] place-items-center">
      <EmptyState
        title={<h1 className="text-xl">There is nothing at this address</h1>}
        action={
          <ButtonLink href="/" variant="primary">
            Go to the first page
          </ButtonLink>
        }
      >
        The thing may have been renamed or never existed, or the link was cut short. Press ⌘K or Ctrl K on any page to
        search.
      </EmptyState>
    </main>
  )
}
