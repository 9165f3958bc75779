'use client'

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { errorText } from '@/components/ui/error-text'
import { Field } from '@/components/ui/field'
import { formatDateTime } from '@/components/ui/format'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { timingQuery } from '@/lib/batch/client'
import { patternOf, type Draft, type Frequency } from './draft'
import type { DraftFieldsProps } from './output-fields'

const FREQUENCY_WORDS: Record<Frequency, string> = {
  night: 'Every day', weekdays: 'Monday to Friday', week: 'Every Monday', month: 'On the first of each month', hour: 'Every hour', pattern: 'By a cron pattern',
}

export function TimingFields({ draft, change, problems, isUpload }: DraftFieldsProps & { isUpload: boolean }) {
  const isScheduled = draft.when === 'schedule'
  return (
    <div className="grid gap-4">
      <div role="group" aria-label="When it runs" className="flex flex-wrap gap-1">
        <Button variant={isScheduled ? 'secondary' : 'primary'} aria-pressed={!isScheduled} onClick={() => change({ when: 'now' })}>Once, now</Button>
        <Button variant={isScheduled ? 'primary' : 'secondary'} aria-pressed={isScheduled} disabled={isUpload} onClick={() => change({ when: 'schedule' })}>On a schedule</Button>
      </div>
      {isUpload && <p className="text-sm text-ink-muted">An uploaded file never changes, so it is scored once. For a schedule, read from the folder or a database.</p>}
      <Field label="Name" error={problems.name} required={isScheduled} hint={isScheduled ? undefined : 'The file’s name where it is left empty.'} className="w-80 max-w-full">
        {(control) => <Input {...control} value={draft.name} maxLength={100} placeholder={isScheduled ? 'Tomorrow’s appointments' : undefined} onChange={(event) => change({ name: event.target.value })} />}
      </Field>
      {isScheduled && <ScheduleFields draft={draft} change={change} />}
    </div>
  )
}

function ScheduleFields({ draft, change }: Pick<DraftFieldsProps, 'draft' | 'change'>) {
  const [zones] = useState(() => ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')])
  const { frequency } = draft
  const timing = useQuery(timingQuery({ pattern: patternOf(draft), timeZone: draft.timeZone }))
  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap gap-4">
        <Field label="How often" className="w-60">
          {(control) => (
            <Select
              {...control}
              value={frequency}
              options={Object.entries(FREQUENCY_WORDS).map(([value, label]) => ({ value, label }))}
              onChange={(event) => change({ frequency: event.target.value as Draft['frequency'], pattern: patternOf(draft) })}
            />
          )}
        </Field>
        {frequency === 'pattern' ? (
          <Field label="Pattern" hint="Minute, hour, day, month, weekday." className="w-60">
            {(control) => <Input {...control} className="font-mono" value={draft.pattern} onChange={(event) => change({ pattern: event.target.value })} />}
          </Field>
        ) : (
          <Field label={frequency === 'hour' ? 'At minute of' : 'At'} className="w-36">
            {(control) => <Input {...control} type="time" value={draft.time} onChange={(event) => change({ time: event.target.value || '00:00' })} />}
          </Field>
        )}
        <Field label="Time zone" className="w-60">
          {(control) => <Select {...control} value={draft.timeZone} options={zones.map((zone) => ({ value: zone, label: zone.replaceAll('_', ' ') }))} onChange={(event) => change({ timeZone: event.target.value })} />}
        </Field>
      </div>
      <div role="status" className="text-sm text-ink-muted">
        {timing.isError ? errorText(timing.error) : timing.data && `${timing.data.words}. Next: ${timing.data.runs.slice(0, 3).map((run) => formatDateTime(run)).join('; ')}.`}
      </div>
    </div>
  )
}
