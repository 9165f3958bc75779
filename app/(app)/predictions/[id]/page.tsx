import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { cache } from 'react'
import { ExportEvidenceButton } from '@/components/evidence/export-evidence-button'
import { ExplanationSection } from '@/components/explanations/explanation-section'
import { ResponseCard } from '@/components/explanations/lookup/response-card'
import { SimilarCard } from '@/components/explanations/lookup/similar-card'
import { TryOut } from '@/components/explanations/lookup/try-out'
import { VersionsCard } from '@/components/explanations/lookup/versions-card'
import { PageHeader } from '@/components/layout/page-header'
import { ApprovalCard } from '@/components/predictions/approval-card'
import { CallCard } from '@/components/predictions/call-card'
import { InputsCard } from '@/components/predictions/inputs-card'
import { Badge } from '@/components/ui/badge'
import { ButtonLink } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { formatDateTime } from '@/components/ui/format'
import { can, requireVisitor } from '@/lib/access/page'
import { database } from '@/lib/database'
import { findDecision } from '@/lib/explanations/queries'

interface Props {
  params: Promise<{ id: string }>
}

const decisionOf = cache(async (id: string) => {
  const may = can(await requireVisitor())
  return findDecision(await database(), id, { maySeeSensitive: may('sensitive:read') })
})

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const decision = await decisionOf((await params).id)
  return { title: decision ? `${decision.model.name}: ${decision.answer.replace(/\.$/, '')}` : 'Prediction' }
}

export default async function PredictionPage({ params }: Props) {
  const may = can(await requireVisitor())
  const decision = await decisionOf((await params).id)
  if (!decision) notFound()
  const { answer, decisionRule, guardrail, madeBy, model, modelAnswer, subject, version } = decision
  const maySeeAll = may('sensitive:read')
  // Sentences of the log name fields as callers do.
  const named = (sentence: string) =>
    decision.shownInputs.reduce((text, input) => text.replaceAll(input.field, input.displayName), sentence)
  const customer = subject === null ? '' : ` for customer ${subject}`
  return (
    <>
      <PageHeader
        title={answer.replace(/\.$/, '')}
        breadcrumbs={[{ label: 'Predictions', href: '/predictions' }]}
        actions={
          <>
            {maySeeAll && <ButtonLink href={`/predictions/${decision.id}/letter`}>Letter to the customer</ButtonLink>}
            {may('evidence:issue') && <ExportEvidenceButton predictionId={decision.id} />}
          </>
        }
        mark={guardrail && <Badge state="attention">Guardrail</Badge>}
        description={`Decided by ${model.name}, version ${version}, on ${formatDateTime(decision.at)}${customer}.`}
      />
      <div className="grid gap-5">
        {guardrail && (
          <Callout state="attention" title={`A guardrail answered instead of the model, by ${named(guardrail.answeredBy)}.`}>
            {named(guardrail.sentence)} {modelAnswer && <>In words: {modelAnswer} The explanation is of that.</>}
          </Callout>
        )}
        <div className="grid items-start gap-5 lg:grid-cols-[3fr_2fr]">
          <div className="grid min-w-0 gap-5">
            <ExplanationSection decision={decision} />
            <InputsCard inputs={decision.shownInputs} />
          </div>
          <div className="grid min-w-0 gap-5">
            <ApprovalCard decision={decision} />
            <CallCard decision={decision} />
            {madeBy.isExplainable && <VersionsCard decision={decision} />}
          </div>
        </div>
        {madeBy.isExplainable && maySeeAll && <TryOut decision={decision} />}
        <div className={maySeeAll ? 'grid items-start gap-5 lg:grid-cols-2' : 'grid gap-5'}>
          {madeBy.isExplainable && <ResponseCard decision={decision} threshold={decisionRule ? { value: decisionRule.threshold, label: decisionRule.above } : undefined} />}
          {maySeeAll && <SimilarCard predictionId={decision.id} subject={subject} isExplained={decision.topReason !== null} />}
        </div>
      </div>
    </>
  )
}
