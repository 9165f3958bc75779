import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { ReasonSettingsForm } from '@/components/explanations/reasons/reason-settings-form'
import { can, requireVisitor } from '@/lib/access/page'
import { database } from '@/lib/database'
import { knownFields, reasonRevisionOf, reasonRevisions } from '@/lib/explanations/queries'
import { DEFAULT_LETTERS, scoreMeaningOf } from '@/lib/explanations/rules'
import { findModel, latestVersion } from '@/lib/registry/queries'

export const metadata: Metadata = { title: 'Reasons' }

export default async function ReasonsPage({ params }: { params: Promise<{ model: string }> }) {
  const may = can(await requireVisitor())
  const db = await database()
  const model = await findModel(db, (await params).model)
  if (!model) notFound()
  const [current, revisions, fields, newest] = await Promise.all([reasonRevisionOf(db, model.id), reasonRevisions(db, model.id), knownFields(db, model.id), latestVersion(db, model.id)])
  const decision = newest?.signature.decision
  return (
    <div className="grid gap-4">
      <p className="max-w-prose text-sm text-ink-muted">
        How the reasons of this model’s decisions are told to people, in English and German. Part of the model’s <Link className="link" href={`/models/${model.slug}/settings`}>settings</Link>; explained in the <Link className="link" href="/docs/reasons">guide</Link>.
      </p>
      <ReasonSettingsForm
        model={{ slug: model.slug, name: model.name }}
        current={current}
        revisions={revisions}
        fields={fields.map(({ name, displayName, unit, categoryLabels, isSensitive, isActionable, type }) => ({
          name, displayName, isSensitive, isActionable, isNumber: type === 'number' || type === 'integer',
          ...(unit === undefined ? {} : { unit }), ...(categoryLabels === undefined ? {} : { categoryLabels }),
        }))}
        registered={{ score: newest ? `the ${scoreMeaningOf(newest.signature, null)}` : '', above: decision?.above ?? '', below: decision?.below ?? '', hasDecision: decision !== undefined }}
        letters={DEFAULT_LETTERS}
        mayChange={may('reasons:write')}
      />
    </div>
  )
}
