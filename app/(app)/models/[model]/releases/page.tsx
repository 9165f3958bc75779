import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { AtPicker } from '@/components/releases/at-picker'
import { callsInDay } from '@/components/releases/calls-in-day'
import { InForceCard } from '@/components/releases/in-force-card'
import { armsInWords } from '@/components/releases/in-words'
import { ReleaseTimeline } from '@/components/releases/release-timeline'
import { RollbackDialog } from '@/components/releases/rollback-dialog'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { Pagination } from '@/components/ui/pagination'
import { Section } from '@/components/ui/section'
import { decodeCursor, encodeCursor, z } from '@/lib/access/http'
import { can, requireVisitor } from '@/lib/access/page'
import { database, type Session } from '@/lib/database'
import { findModel, listEnvironments } from '@/lib/registry/queries'
import type { ModelSummary } from '@/lib/registry/contract'
import type { ReleaseRecord } from '@/lib/releases/contract'
import { listReleases, releasesInForce, versionsReleasedBefore } from '@/lib/releases/queries'
import { championOf, rollbackTarget } from '@/lib/releases/rules'

export const metadata: Metadata = { title: 'Releases' }

interface Props {
  params: Promise<{ model: string }>
  searchParams: Promise<{ at?: string; cursor?: string }>
}

const cursorSchema = z.object({ startedAt: z.number(), id: z.string() })

export default async function ReleasesPage({ params, searchParams }: Props) {
  const visitor = await requireVisitor()
  const { at: givenAt, cursor } = await searchParams
  const db = await database()
  const model = await findModel(db, (await params).model)
  if (!model) notFound()
  const parsed = givenAt === undefined ? NaN : Date.parse(givenAt)
  const at = Number.isNaN(parsed) ? null : parsed
  const [environments, inForce, page] = await Promise.all([
    listEnvironments(db),
    releasesInForce(db, model.id, at ?? undefined),
    listReleases(db, model.id, { before: decodeCursor(cursorSchema, cursor), limit: 50 }),
  ])
  const places = environments.map((environment) => environment.name).reverse()
  const mayRollBack = can(visitor)('release:rollback') && at === null
  const query = (next?: string) => `?${new URLSearchParams({ ...(givenAt ? { at: givenAt } : {}), ...(next ? { cursor: next } : {}) })}`
  return (
    <div className="grid gap-8">
      <Section title={at === null ? 'In force now' : 'In force then'} description="Which versions answered, since when, approved by whom." actions={<AtPicker />}>
        <div className="grid gap-4 lg:grid-cols-2">
          {places.map((environment) => {
            const release = inForce.find((each) => each.environment === environment) ?? null
            return (
              <InForceCard
                key={environment}
                environment={environment}
                release={release}
                at={at}
                actions={mayRollBack && release ? <WayBack db={db} model={model} release={release} /> : undefined}
              />
            )
          })}
        </div>
      </Section>
      {places.map((environment) => {
        const releases = page.releases.filter((release) => release.environment === environment)
        return (
          <Section key={environment} title={`Releases in ${environment}`}>
            {releases.length === 0 ? (
              <EmptyState title={cursor === undefined ? 'Nothing released yet' : 'None on this page'}>Each release and rollback stays here for ever.</EmptyState>
            ) : (
              <Card>
                <ReleaseTimeline environment={environment} releases={releases} selectedId={at === null ? undefined : inForce.find((each) => each.environment === environment)?.id} />
              </Card>
            )}
          </Section>
        )
      })}
      <Pagination previousHref={cursor === undefined ? undefined : query()} nextHref={page.next === null ? undefined : query(encodeCursor(page.next))} />
    </div>
  )
}

/** The roll-back button with its choices, the usual one first; nothing where there is no way back. */
async function WayBack({ db, model, release }: { db: Session; model: ModelSummary; release: ReleaseRecord }) {
  const [earlier, calls] = await Promise.all([
    versionsReleasedBefore(db, model.id, release.environment),
    callsInDay(db, model.id, release.environment),
  ])
  const usual = rollbackTarget(release, earlier)
  const choices = [...(usual ? [usual] : []), ...earlier.filter((version) => version !== usual)]
  const champion = championOf(release)
  if (choices.length === 0 || !champion) return null
  return (
    <RollbackDialog
      // A new release in force brings new choices, so the dialog starts anew.
      key={release.id}
      model={{ slug: model.slug, name: model.name }}
      environment={release.environment}
      inForce={{ id: release.id, championNumber: champion.versionNumber, words: armsInWords(release.arms) }}
      choices={choices.map((version) => ({ versionNumber: version.versionNumber, servedUntil: version.endedAt }))}
      callsInDay={calls}
    />
  )
}
