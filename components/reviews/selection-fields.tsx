'use client'

import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { MOST_REVIEW_CASES } from '@/lib/evidence/contract'
import { fieldChoice, NOT_GIVEN, type DraftProblems, type ReviewDraft } from './review-draft'
import type { ReviewChoices } from './review-choices'

interface PartProps {
  draft: ReviewDraft
  change: (part: Partial<ReviewDraft>) => void
  problems: DraftProblems
  choices: ReviewChoices
}

export interface PopulationFieldsProps extends PartProps {
  models: readonly { slug: string; name: string }[]
  environments: readonly string[]
}

export function PopulationFields({ draft, change, problems, models, environments, choices }: PopulationFieldsProps) {
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <Field label="Model" error={problems.model}>
        {(control) => <Select {...control} value={draft.model} onChange={(event) => change({ model: event.target.value })} options={[{ value: '', label: 'Choose a model' }, ...models.map(({ slug, name }) => ({ value: slug, label: name }))]} />}
      </Field>
      <Field label="Environment">
        {(control) => <Select {...control} value={draft.environment} onChange={(event) => change({ environment: event.target.value })} options={environments.map((name) => ({ value: name, label: name }))} />}
      </Field>
      <Field label="From (UTC)" error={problems.from}>{(control) => <Input {...control} type="date" value={draft.from} onChange={(event) => change({ from: event.target.value })} />}</Field>
      <Field label="Until, included (UTC)" error={problems.to}>{(control) => <Input {...control} type="date" value={draft.to} onChange={(event) => change({ to: event.target.value })} />}</Field>
      {choices.decisions.length > 0 && (
        <Field label="Decision">
          {(control) => <Select {...control} value={draft.decision} onChange={(event) => change({ decision: event.target.value })} options={[{ value: '', label: 'Every decision' }, ...choices.decisions]} />}
        </Field>
      )}
      {choices.fields.length > 0 && (
        <Field label="Group">
          {(control) => <Select {...control} value={draft.group} onChange={(event) => change({ group: event.target.value, value: '', min: '', max: '' })} options={[{ value: '', label: 'Everybody' }, ...choices.fields.map((field) => ({ value: field.name, label: `By ${field.displayName}` }))]} />}
        </Field>
      )}
      {draft.group !== '' && <GroupFields draft={draft} change={change} problems={problems} choices={choices} />}
    </div>
  )
}

function GroupFields({ draft, change, problems, choices }: PartProps) {
  const field = choices.fields.find((one) => one.name === draft.group)
  if (!field) return null
  const { displayName, unit, values } = field
  if (values === null) {
    const label = unit === undefined ? displayName : `${displayName} (${unit})`
    return (
      <>
        <Field label={`${label} from`} error={problems.min}>{(control) => <Input {...control} type="number" step="any" value={draft.min} onChange={(event) => change({ min: event.target.value })} />}</Field>
        <Field label={`${label} to, included`} error={problems.max}>{(control) => <Input {...control} type="number" step="any" value={draft.max} onChange={(event) => change({ max: event.target.value })} />}</Field>
      </>
    )
  }
  return (
    <Field label={displayName} error={problems.value} className="sm:col-start-2">
      {(control) =>
        values.length === 0 ? (
          <Input {...control} value={draft.value} maxLength={200} onChange={(event) => change({ value: event.target.value })} />
        ) : (
          <Select {...control} value={draft.value} onChange={(event) => change({ value: event.target.value })} options={[{ value: '', label: 'Choose a value' }, ...values, { value: NOT_GIVEN, label: 'Not given' }]} />
        )
      }
    </Field>
  )
}

const KINDS = [
  { value: 'random', label: 'A random sample' },
  { value: 'stratified', label: 'A random sample of each group' },
  { value: 'all', label: 'All of them' },
]

export function SampleFields({ draft, change, problems, choices }: PartProps) {
  const isStratified = draft.kind === 'stratified'
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <Field label="Sample">{(control) => <Select {...control} value={draft.kind} onChange={(event) => change({ kind: event.target.value })} options={KINDS} />}</Field>
      {isStratified && (
        <Field label="Groups by" error={problems.by} hint="A number is cut into five bands of about the same size in the reference data.">
          {(control) => (
            <Select
              {...control}
              value={draft.by}
              onChange={(event) => change({ by: event.target.value })}
              options={[{ value: '', label: 'Choose' }, { value: 'decision', label: 'Decision' }, ...choices.fields.map((field) => ({ value: fieldChoice(field.name), label: field.displayName }))]}
            />
          )}
        </Field>
      )}
      {draft.kind !== 'all' && (
        <>
          <Field label={isStratified ? 'Cases of each group' : 'Cases'} error={problems.size} hint={`At most ${MOST_REVIEW_CASES} in one review.`}>
            {(control) => <Input {...control} inputMode="numeric" value={draft.size} onChange={(event) => change({ size: event.target.value })} />}
          </Field>
          <Field label="Seed" error={problems.seed} hint="Repeats a sample. Leave it empty for a new one; it is kept with the review.">
            {(control) => <Input {...control} inputMode="numeric" value={draft.seed} onChange={(event) => change({ seed: event.target.value })} />}
          </Field>
        </>
      )}
    </div>
  )
}
