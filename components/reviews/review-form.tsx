'use client'

import { useMutation } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { parseAsString, useQueryStates } from 'nuqs'
import { useState, type FormEvent } from 'react'
import { toast } from 'sonner'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { createReview, previewReview } from '@/lib/evidence/client/reviews'
import { PreviewCard } from './preview-card'
import { DRAFT_MEMBERS, readDraft, type ReviewDraft } from './review-draft'
import type { ReviewChoices } from './review-choices'
import { PopulationFields, SampleFields } from './selection-fields'

export interface ReviewFormProps {
  models: readonly { slug: string; name: string }[]
  environments: readonly string[]
  /** Of the chosen model; nothing before one is chosen. */
  choices: ReviewChoices
  /** What stands where the address says nothing. */
  defaults: ReviewDraft
}

export function ReviewForm({ models, environments, choices, defaults }: ReviewFormProps) {
  const router = useRouter()
  const [draft, change] = useDraft(defaults)
  const [name, setName] = useState('')
  const [isAsked, setIsAsked] = useState(false)
  const { selection, problems } = readDraft(draft, choices)
  const key = JSON.stringify(selection)
  const count = useMutation({
    mutationFn: async () => {
      if (selection === null) throw new Error('The selection is not complete.')
      return { key, preview: await previewReview(selection) }
    },
  })
  const create = useMutation({
    mutationFn: async () => {
      if (selection === null) throw new Error('The selection is not complete.')
      return createReview({ name, selection })
    },
    onSuccess: (review) => {
      toast.success(`${review.progress.cases} cases were drawn with the seed ${review.selection.seed}.`)
      router.push(`/reviews/${review.id}/cases`)
    },
  })

  const shownProblems = isAsked ? problems : {}
  const counted = count.data?.key === key ? count.data.preview : null

  // Enter counts first, and begins the review once its decisions were counted.
  function submit(event: FormEvent): void {
    event.preventDefault()
    setIsAsked(true)
    if (selection === null) return
    if (counted === null) count.mutate()
    else if (counted.refusal === null && name.trim() !== '') create.mutate()
  }

  return (
    <form onSubmit={submit} noValidate className="grid items-start gap-5 lg:grid-cols-[3fr_2fr]">
      <div className="grid min-w-0 gap-5">
        <Card title="Which decisions">
          <PopulationFields draft={draft} change={change} problems={shownProblems} models={models} environments={environments} choices={choices} />
        </Card>
        <Card title="How many of them">
          <SampleFields draft={draft} change={change} problems={shownProblems} choices={choices} />
        </Card>
        {counted === null && (
          <div>
            <Button type="submit" variant="primary" loading={count.isPending}>Count the decisions</Button>
          </div>
        )}
      </div>
      <PreviewCard
        counted={counted}
        selection={selection}
        isCounting={count.isPending}
        failure={count.error}
        choices={choices}
        name={name}
        onName={setName}
        isCreating={create.isPending}
        createFailure={create.error}
      />
    </form>
  )
}

const PARSERS = Object.fromEntries(DRAFT_MEMBERS.map((member) => [member, parseAsString])) as Record<keyof ReviewDraft, typeof parseAsString>

/** In the address, so that a selection can be sent to a colleague, and the way back finds it. */
function useDraft(defaults: ReviewDraft): [ReviewDraft, (part: Partial<ReviewDraft>) => void] {
  const [state, setState] = useQueryStates(PARSERS, { history: 'replace' })
  const draft = Object.fromEntries(DRAFT_MEMBERS.map((member) => [member, state[member] ?? defaults[member]])) as unknown as ReviewDraft
  return [
    draft,
    (part) => {
      // Another model has other fields and decisions; the page reads them.
      const isOther = part.model !== undefined && part.model !== draft.model
      void setState(isOther ? { ...part, by: null, decision: null, group: null, value: null, min: null, max: null } : part, { shallow: !isOther })
    },
  ]
}
