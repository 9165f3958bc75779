import { ButtonLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { RelativeTime } from '@/components/ui/relative-time'
import type { ReasonRevision } from '@/lib/explanations/contract'
import { contentsInWords } from './contents-in-words'

/** On a model's settings: how its reasons are told, and the way to the page that says so. */
export function ReasonsLinkCard({ slug, revision, mayChange }: { slug: string; revision: ReasonRevision; mayChange: boolean }) {
  const { settings, createdAt, createdBy } = revision
  return (
    <Card
      title="Reasons and letters"
      description="Sentences by field and language, your list of reasons, groups, fields that are never cited, and the letter to the customer."
      actions={<ButtonLink size="small" href={`/models/${slug}/reasons`}>{mayChange ? 'Change' : 'Look'}</ButtonLink>}
      footer={createdAt === null ? undefined : <p className="text-xs">Revision {revision.revision} by {createdBy}, <RelativeTime at={createdAt} /></p>}
    >
      <p className="text-sm">{contentsInWords(settings)}</p>
    </Card>
  )
}
