'use client'

import { parseAsString, useQueryStates } from 'nuqs'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { RANGE_PRESETS, type TimeRange } from '@/lib/monitoring/rules/time'
import { CHANNELS, type Channel } from '@/lib/serving/contract'
import { CHANNEL_WORDS, PRESET_WORDS } from './in-words'

export interface ViewPickerProps {
  range: TimeRange
  environment: string
  environments: readonly string[]
  /** Left out where a page shows all versions. */
  version?: number
  versions?: readonly number[]
  /** Left out where a page shows calls only. */
  channel?: Channel
}

const DAY_MS = 86_400_000

/** One range of time, environment and version for everything on the page; all of it in the address. */
export function ViewPicker({ range, environment, environments, version, versions = [], channel }: ViewPickerProps) {
  const [, setView] = useQueryStates(
    { range: parseAsString, from: parseAsString, to: parseAsString, environment: parseAsString, version: parseAsString, channel: parseAsString },
    { shallow: false },
  )
  const day = (at: number) => new Date(at).toISOString().slice(0, 10)
  const [from, to] = [day(range.from), day(range.to - 1)]
  // The end of a custom range is the whole day that was chosen.
  const setDays = (start: string, end: string) => {
    if (start === '' || end === '' || end < start) return
    void setView({ range: null, from: start, to: day(Date.parse(end) + DAY_MS) })
  }
  return (
    <div className="flex flex-wrap items-end gap-3">
      <div role="group" aria-label="Range of time" className="flex gap-1">
        {RANGE_PRESETS.map((preset) => (
          <Button
            key={preset}
            variant={range.preset === preset ? 'primary' : 'secondary'}
            aria-pressed={range.preset === preset}
            onClick={() => void setView({ range: preset, from: null, to: null })}
          >
            {PRESET_WORDS[preset]}
          </Button>
        ))}
      </div>
      <Field label="From (UTC)" className="w-40">
        {(control) => <Input {...control} type="date" value={from} max={to} onChange={(event) => setDays(event.target.value, to)} />}
      </Field>
      <Field label="Until (UTC)" className="w-40">
        {(control) => <Input {...control} type="date" value={to} min={from} onChange={(event) => setDays(from, event.target.value)} />}
      </Field>
      <Field label="Environment" className="w-36">
        {(control) => (
          <Select
            {...control}
            value={environment}
            options={environments.map((name) => ({ value: name, label: name }))}
            onChange={(event) => void setView({ environment: event.target.value === 'production' ? null : event.target.value, version: null })}
          />
        )}
      </Field>
      {version !== undefined && versions.length > 1 && (
        <Field label="Version" className="w-32">
          {(control) => (
            <Select
              {...control}
              value={String(version)}
              options={[...versions].reverse().map((number) => ({ value: String(number), label: `Version ${number}` }))}
              onChange={(event) => void setView({ version: event.target.value })}
            />
          )}
        </Field>
      )}
      {channel !== undefined && (
        <Field label="Channel" className="w-40">
          {(control) => (
            <Select
              {...control}
              value={channel}
              options={CHANNELS.map((one) => ({ value: one, label: CHANNEL_WORDS[one] }))}
              onChange={(event) => void setView({ channel: event.target.value === 'online' ? null : event.target.value })}
            />
          )}
        </Field>
      )}
    </div>
  )
}
