'use client'

import { parseAsString, useQueryStates } from 'nuqs'
import { Field } from '@/components/ui/field'
import { formatDateTime } from '@/components/ui/format'
import { SearchInput } from '@/components/ui/search-input'
import { Select } from '@/components/ui/select'

export interface SubjectPrediction {
  id: string
  at: number
  version: number
  answer: string
}

export interface ChangeFormProps {
  subject: string
  /** Of the subject, newest first. */
  history: readonly SubjectPrediction[]
  before: string | undefined
  after: string | undefined
}

/** Whose score, and which two predictions of theirs. */
export function ChangeForm({ subject, history, before, after }: ChangeFormProps) {
  const [, setView] = useQueryStates({ subject: parseAsString, before: parseAsString, after: parseAsString }, { shallow: false })
  const options = history.map(({ id, at, version, answer }) => ({ value: id, label: `${formatDateTime(at)}, v${version}: ${answer}` }))
  return (
    <div className="grid gap-3 lg:grid-cols-[16rem_1fr_1fr]">
      <div className="grid content-start gap-1">
        <span aria-hidden className="text-sm font-medium">
          Subject
        </span>
        <SearchInput label="Subject: as the application sent it, or a prediction’s id" value={subject} onSearch={(text) => void setView({ subject: text === '' ? null : text, before: null, after: null })} />
        <p className="text-xs text-ink-muted">As the application sent it, or a prediction’s id.</p>
      </div>
      {history.length > 1 && (
        <>
          <Field label="From">{(control) => <Select {...control} value={before ?? ''} options={options} onChange={(event) => void setView({ before: event.target.value })} />}</Field>
          <Field label="To">{(control) => <Select {...control} value={after ?? ''} options={options} onChange={(event) => void setView({ after: event.target.value })} />}</Field>
        </>
      )}
    </div>
  )
}
