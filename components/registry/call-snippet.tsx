import { CallSnippets } from '@/components/serving/call-snippets'
import { Callout } from '@/components/ui/callout'
import { Card } from '@/components/ui/card'

export interface CallSnippetProps {
  address: string
  slug: string
  inputs: Record<string, unknown>
  isReal: boolean
  isServing: boolean
}

export function CallSnippet({ address, slug, inputs, isReal, isServing }: CallSnippetProps) {
  return (
    <Card
      title="How to call it"
      description={
        isReal
          ? 'With a row of the reference data. The token needs the scope predict.'
          : 'With made-up values, as there is no reference data. The token needs the scope predict.'
      }
    >
      <div className="grid gap-3">
        {!isServing && (
          <Callout state="info" title="Nothing answers yet">
            Calls end in “nothing released” until a version is promoted to production.
          </Callout>
        )}
        <CallSnippets address={address} model={slug} inputs={inputs} />
      </div>
    </Card>
  )
}
