import { ButtonLink } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'

/** For a page that this person's role does not open: what it is, and who can help. */
export function NotAllowed({ what, who }: { what: string; who: string }) {
  return (
    <EmptyState title={<h1 className="text-xl">{what} is not open to your role</h1>} action={<ButtonLink href="/">Go to the overview</ButtonLink>}>
      It is for {who}. Ask an administrator if your work needs it.
    </EmptyState>
  )
}
