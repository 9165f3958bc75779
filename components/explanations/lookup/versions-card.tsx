'use client'

import { useQuery } from '@tanstack/react-query'
import { ArrowDown, ArrowUp } from 'lucide-react'
import Link from 'next/link'
import { Badge } from '@/components/ui/badge'
import { Card } from '@/components/ui/card'
import { ErrorState } from '@/components/ui/error-state'
import { errorText } from '@/components/ui/error-text'
import { formatDate } from '@/components/ui/format'
import { Skeleton } from '@/components/ui/skeleton'
import { versionsQuery } from '@/lib/explanations/client/lookup'
import type { Decision } from '@/lib/explanations/contract'
import type { VersionAnswer } from '@/lib/explanations/contract/lookup'

/** The same case before other versions of the model: what the new one would have said. */
export function VersionsCard({ decision }: { decision: Decision }) {
  const asked = useQuery(versionsQuery(decision.id))
  return (
    <Card title="What would other versions have said?" description={asked.data && summary(asked.data)}>
      {asked.isError ? (
        <ErrorState title="The other versions could not be asked" detail={errorText(asked.error)} onRetry={() => void asked.refetch()} className="py-4" />
      ) : !asked.data ? (
        <div role="status" aria-label="Asking the other versions" className="grid gap-3">
          {[0, 1].map((row) => (
            <Skeleton key={row} className="h-16" />
          ))}
        </div>
      ) : (
        <ol className="grid gap-3">
          {asked.data.map((version) => (
            <Version key={version.versionId} version={version} slug={decision.model.slug} />
          ))}
        </ol>
      )}
    </Card>
  )
}

function Version({ version: { number, registeredAt, isOwn, said, problem }, slug }: { version: VersionAnswer; slug: string }) {
  return (
    <li className="grid gap-1 border-b pb-3 text-sm last:border-b-0 last:pb-0">
      <span className="flex flex-wrap items-center gap-x-2">
        <Link href={`/models/${slug}/versions/${number}`} prefetch={false} className="link inline-flex min-h-6 items-center font-medium">
          Version {number}
        </Link>
        <span className="text-xs text-ink-muted">of {formatDate(registeredAt)}</span>
        {isOwn && <Badge>decided</Badge>}
        {said?.isDecisionChanged && <Badge state="attention">Another decision</Badge>}
      </span>
      {said ? (
        <>
          <span>{said.answer}</span>
          {said.reasons.length > 0 && (
            <ul aria-label={`Main reasons of version ${number}`} className="flex flex-wrap gap-x-3 gap-y-0.5 text-xs text-ink-muted">
              {said.reasons.map((reason) => (
                <li key={reason.field} className="flex items-center gap-1">
                  {reason.direction === 'raised' ? <ArrowUp aria-label="raised by" className="size-3" /> : <ArrowDown aria-label="lowered by" className="size-3" />}
                  {reason.displayName}
                </li>
              ))}
            </ul>
          )}
        </>
      ) : (
        <span className="text-ink-muted">{problem}</span>
      )}
    </li>
  )
}

function summary(versions: readonly VersionAnswer[]): string {
  const others = versions.filter(({ isOwn, said }) => !isOwn && said !== null)
  if (others.length === 0) return 'No other version has an answer for this case.'
  if (others.every(({ said }) => said?.decision === null)) return 'The same case, asked of each.'
  const different = others.filter(({ said }) => said?.isDecisionChanged)
  if (different.length === 0) return others.length === 1 ? 'The other version would have decided the same.' : `${others.length === 2 ? 'Both' : `All ${others.length}`} others would have decided the same.`
  return `Version ${different.map(({ number }) => number).join(' and ')} would have decided differently.`
}
