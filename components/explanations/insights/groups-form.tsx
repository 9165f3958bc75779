'use client'

import { parseAsString, useQueryStates } from 'nuqs'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'

export interface SegmentField {
  name: string
  displayName: string
  bands: readonly { key: string; label: string }[]
}

export interface GroupsFormProps {
  fields: readonly SegmentField[]
  /** The period of the page, for the day inputs. */
  from: number
  to: number
  otherFrom: number
  otherTo: number
}

const DAY_MS = 86_400_000
const ALL = ''

/** Two groups: each a condition; the group's period is the page's, the other's stands here. */
export function GroupsForm({ fields, from, to, otherFrom, otherTo }: GroupsFormProps) {
  const [view, setView] = useQueryStates(
    { field: parseAsString, value: parseAsString, otherField: parseAsString, otherValue: parseAsString, otherFrom: parseAsString, otherTo: parseAsString },
    { shallow: false },
  )
  const day = (at: number) => new Date(at).toISOString().slice(0, 10)
  const setOther = (start: string, end: string) => {
    if (start === '' || end === '' || end < start) return
    void setView({ otherFrom: start, otherTo: day(Date.parse(end) + DAY_MS) })
  }
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <fieldset className="grid content-start gap-3 rounded-md border p-3 sm:grid-cols-2">
        <legend className="px-1 text-sm font-medium">This group, in the period above</legend>
        <Condition fields={fields} field={view.field} value={view.value} onChange={(field, value) => void setView({ field, value })} />
        <p className="text-xs text-ink-muted sm:col-span-2">
          {day(from)} to {day(to - 1)}
        </p>
      </fieldset>
      <fieldset className="grid content-start gap-3 rounded-md border p-3 sm:grid-cols-2">
        <legend className="px-1 text-sm font-medium">Compared with</legend>
        <Condition fields={fields} field={view.otherField} value={view.otherValue} onChange={(otherField, otherValue) => void setView({ otherField, otherValue })} />
        <Field label="From (UTC)">
          {(control) => <Input {...control} type="date" value={day(otherFrom)} max={day(otherTo - 1)} onChange={(event) => setOther(event.target.value, day(otherTo - 1))} />}
        </Field>
        <Field label="Until (UTC)">
          {(control) => <Input {...control} type="date" value={day(otherTo - 1)} min={day(otherFrom)} onChange={(event) => setOther(day(otherFrom), event.target.value)} />}
        </Field>
      </fieldset>
    </div>
  )
}

interface ConditionProps {
  fields: readonly SegmentField[]
  field: string | null
  value: string | null
  onChange: (field: string | null, value: string | null) => void
}

function Condition({ fields, field, value, onChange }: ConditionProps) {
  const chosen = fields.find((one) => one.name === field)
  return (
    <>
      <Field label="Where">
        {(control) => (
          <Select
            {...control}
            value={chosen?.name ?? ALL}
            options={[{ value: ALL, label: 'All predictions' }, ...fields.map((one) => ({ value: one.name, label: one.displayName }))]}
            onChange={(event) => {
              const next = fields.find((one) => one.name === event.target.value)
              onChange(next?.name ?? null, next?.bands[0]?.key ?? null)
            }}
          />
        )}
      </Field>
      <Field label="Is">
        {(control) => (
          <Select
            {...control}
            disabled={chosen === undefined}
            value={value ?? ALL}
            options={chosen ? chosen.bands.map(({ key, label }) => ({ value: key, label })) : [{ value: ALL, label: 'anything' }]}
            onChange={(event) => onChange(field, event.target.value)}
          />
        )}
      </Field>
    </>
  )
}
