'use client'

import { Button } from '@/components/ui/button'
import { Section } from '@/components/ui/section'
import { Timeline } from '@/components/ui/timeline'
import type { ReasonRevision } from '@/lib/explanations/contract'
import { contentsInWords } from './contents-in-words'

/** Who saved which settings when; an earlier one can be taken up again. */
export function RevisionHistory({ revisions, onTake }: { revisions: readonly ReasonRevision[]; onTake?: (revision: ReasonRevision) => void }) {
  const current = revisions[0]?.revision
  return (
    <Section title="History" description="Every revision stays; taking one up again makes a new one.">
      {revisions.length === 0 ? (
        <p className="text-sm text-ink-muted">Nobody changed anything yet: what is registered with the version is used.</p>
      ) : (
        <Timeline
          label="Revisions, newest first"
          items={revisions.map((revision) => ({
            key: String(revision.revision),
            at: revision.createdAt ?? 0,
            title: revision.revision === current ? `Revision ${revision.revision}, in force` : `Revision ${revision.revision}`,
            children: <>Saved by {revision.createdBy}. {contentsInWords(revision.settings)}</>,
            ...(onTake && revision.revision !== current ? { actions: <Button size="small" onClick={() => onTake(revision)}>Take up revision {revision.revision}</Button> } : {}),
          }))}
        />
      )}
    </Section>
  )
}
