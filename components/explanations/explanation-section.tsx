import { Lightbulb } from 'lucide-react'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import type { Decision } from '@/lib/explanations/contract'
import { ExplainButton } from './explain-button'
import { ReasonsCard } from './reasons-card'
import { WaterfallCard } from './waterfall-card'

/** The stored explanation, the button that makes one, or why there can be none. */
export function ExplanationSection({ decision }: { decision: Decision }) {
  const { explanation } = decision
  if (explanation) {
    return (
      <>
        <WaterfallCard decision={decision} explanation={explanation} />
        <ReasonsCard explanation={explanation} />
      </>
    )
  }
  return (
    <Card>
      {decision.madeBy.isExplainable ? (
        <EmptyState title="Not explained yet" icon={<Lightbulb aria-hidden />} action={<ExplainButton predictionId={decision.id} />}>
          Shows how much each field moved this answer. It is computed once and kept with the decision.
        </EmptyState>
      ) : (
        <EmptyState title="This decision cannot be explained" icon={<Lightbulb aria-hidden />}>
          Version {decision.madeBy.number} was registered without reference data, so there is no average case to compare with.
        </EmptyState>
      )}
    </Card>
  )
}
