import { ButtonLink } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'

/** For an address behind which there is nothing, inside the shell and outside of it. */
export function NothingHere() {
  return (
    <EmptyState
      title={<h1 className="text-xl">There is nothing at this address</h1>}
      action={
        <ButtonLink href="/" variant="primary">
          Go to the first page
        </ButtonLink>
      }
    >
      The thing may have been renamed or never existed, or the link was cut short. Press ⌘K or Ctrl{'\u00a0'}K on any page
      to search.
    </EmptyState>
  )
}
