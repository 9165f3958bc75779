import Link from 'next/link'
import { Card } from '@/components/ui/card'
import { formatDate, formatPercent } from '@/components/ui/format'
import { StatusMark } from '@/components/ui/status-mark'
import type { Environment, ModelSummary } from '@/lib/registry/contract'
import type { Release } from '@/lib/releases/contract'

export interface EnvironmentsCardProps {
  model: ModelSummary
  environments: readonly Environment[]
  releases: readonly Release[]
}

/** What a caller gets in each environment, since when and by whose word. */
export function EnvironmentsCard({ model, environments, releases }: EnvironmentsCardProps) {
  return (
    <Card title="What serves now" actions={<Link href={`/models/${model.slug}/releases`} className="link text-sm">All releases</Link>}>
      <ul className="grid gap-4">
        {environments.toReversed().map((environment) => (
          <li key={environment.name}>
            <h3 className="text-sm font-medium first-letter:uppercase">{environment.name}</h3>
            <InForce model={model} release={releases.find((one) => one.environment === environment.name)} />
          </li>
        ))}
      </ul>
    </Card>
  )
}

function InForce({ model, release }: { model: ModelSummary; release: Release | undefined }) {
  if (release === undefined) return <StatusMark state="unknown" label="Nothing released yet" />
  return (
    <div className="mt-0.5 grid gap-0.5 text-sm">
      {release.arms.map((arm) => (
        <p key={arm.versionId}>
          <Link href={`/models/${model.slug}/versions/${arm.versionNumber}`} className="link">
            Version {arm.versionNumber}
          </Link>{' '}
          {arm.role === 'challenger' ? 'as a canary ' : ''}answers {formatPercent(arm.shareBasisPoints / 10_000)} of the calls
        </p>
      ))}
      <p className="text-ink-muted">
        Since {formatDate(release.startedAt)}, {release.kind === 'rollback' ? 'rolled back' : 'released'} by {release.startedByName}: {release.reason}
      </p>
    </div>
  )
}
