import { Badge } from '@/components/ui/badge'
import { formatPercent } from '@/components/ui/format'
import type { Release } from '@/lib/releases/contract'

/** What a release makes callers get, in one line. */
export function ServingMark({ release }: { release: Release | undefined }) {
  const champion = release?.arms.find((arm) => arm.role === 'champion')
  if (release === undefined || champion === undefined) return <Badge>nothing in production</Badge>
  const challengers = release.arms.filter((arm) => arm.role === 'challenger')
  return (
    <>
      <Badge state="ok">
        v{champion.versionNumber} in {release.environment}
      </Badge>
      {challengers.map((arm) => (
        <Badge key={arm.versionId} state="info">
          v{arm.versionNumber} canary, {formatPercent(arm.shareBasisPoints / 10_000)}
        </Badge>
      ))}
    </>
  )
}
