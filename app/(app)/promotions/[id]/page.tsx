import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { cache } from 'react'
import { PageHeader } from '@/components/layout/page-header'
import { callsInDay } from '@/components/releases/calls-in-day'
import { Decision } from '@/components/releases/decision'
import { GateList } from '@/components/releases/gate-list'
import { armsInWords, planInWords, promotionTitle, STATUS_WORDS, trafficInWords } from '@/components/releases/in-words'
import { PromotionHistory } from '@/components/releases/promotion-history'
import { fieldNames } from '@/components/registry/compared-words'
import { VersionDifferences } from '@/components/releases/version-differences'
import { formatDateTime } from '@/components/ui/format'
import { KeyValueList } from '@/components/ui/key-value-list'
import { Section } from '@/components/ui/section'
import { StatusMark } from '@/components/ui/status-mark'
import { can, requireVisitor } from '@/lib/access/page'
import { listPeople } from '@/lib/access/queries'
import { database } from '@/lib/database'
import { compareVersions } from '@/lib/registry/rules'
import { versionById } from '@/lib/registry/queries'
import { findPromotion, findRelease, releaseInForce } from '@/lib/releases/queries'
import { armsOf, championOf, decisionRefusal } from '@/lib/releases/rules'

interface Props {
  params: Promise<{ id: string }>
}

const promotionOf = cache(async (id: string) => findPromotion(await database(), id))

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  await requireVisitor()
  const promotion = await promotionOf((await params).id)
  return { title: promotion ? promotionTitle(promotion) : 'Promotion' }
}

export default async function PromotionPage({ params }: Props) {
  const visitor = await requireVisitor()
  const db = await database()
  const promotion = await promotionOf((await params).id)
  if (!promotion) notFound()
  const { modelId, modelSlug, environment, plan, versionId, versionNumber } = promotion
  const [candidate, present, compared, people, calls] = await Promise.all([
    versionById(db, versionId),
    releaseInForce(db, modelId, environment),
    promotion.replaces === null ? null : findRelease(db, promotion.replaces),
    listPeople(db),
    callsInDay(db, modelId, environment),
  ])
  const comparedWith = championOf(compared) ?? null
  const before = comparedWith ? await versionById(db, comparedWith.versionId) : undefined
  const versions = [before, candidate].filter((version) => version !== undefined)
  const may = can(visitor)
  const deciders = people.filter((person) => person.role === 'approver' && person.disabledAt === null && decisionRefusal(promotion, person.id) === null)
  const after = armsOf(plan, versionId, comparedWith?.versionId).map((arm) => ({
    ...arm,
    versionNumber: arm.versionId === versionId ? versionNumber : (comparedWith?.versionNumber ?? versionNumber),
  }))
  return (
    <>
      <PageHeader
        title={promotionTitle(promotion)}
        breadcrumbs={[{ label: 'Promotions', href: '/promotions' }]}
        mark={<StatusMark {...STATUS_WORDS[promotion.status]} />}
        description={promotion.reason}
      />
      <div className="grid gap-8">
        <Decision
          promotion={promotion}
          visitor={{ id: visitor.id, isAdmin: visitor.role === 'admin', mayDecide: may('promotion:decide'), mayRequest: may('promotion:request') }}
          deciders={deciders.map((person) => person.name)}
          champion={championOf(present) ?? null}
          comparedWith={comparedWith}
          callsInDay={calls}
        />
        <Section title="What changes, and for whom">
          <KeyValueList
            className="rounded-lg border bg-surface px-4 py-2 shadow-card"
            items={[
              { label: 'Before', value: compared ? armsInWords(compared.arms) : `Nothing serves in ${environment}` },
              { label: 'After', value: armsInWords(after) },
              { label: 'Touches', value: trafficInWords(plan, calls, environment) },
              { label: 'Way back', value: comparedWith ? `Roll back to version ${comparedWith.versionNumber}: one click, under a second` : 'None yet: it is the first release here' },
              { label: 'Asked by', value: `${promotion.requestedByName}, ${formatDateTime(promotion.requestedAt)}, ${planInWords(plan)}` },
              {
                label: 'Look closer',
                value: (
                  <span className="flex flex-wrap gap-x-4">
                    <Link className="link" href={`/models/${modelSlug}/versions/${versionNumber}`}>{`Version ${versionNumber}`}</Link>
                    <Link className="link" href={`/models/${modelSlug}/releases`}>Releases</Link>
                    <Link className="link" href={`/models/${modelSlug}/monitoring`}>Monitoring</Link>
                  </span>
                ),
              },
            ]}
          />
        </Section>
        <Section title="Evidence" description="What was checked when it was requested. It is kept for ever.">
          <GateList gates={promotion.gates} />
        </Section>
        <Section title={before ? `What differs between version ${before.number} and version ${versionNumber}` : `What is known of version ${versionNumber}`}>
          <VersionDifferences comparison={compareVersions(versions)} names={fieldNames(versions)} />
        </Section>
        <Section title="Decisions and comments">
          <PromotionHistory promotion={promotion} />
        </Section>
      </div>
    </>
  )
}
