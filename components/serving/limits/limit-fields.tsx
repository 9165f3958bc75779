import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import type { LimitDraft, LimitName } from './limit-draft'

export interface LimitFieldsProps {
  names: readonly LimitName[]
  draft: LimitDraft
  errors: Partial<Record<LimitName, string>>
  onChange: (name: LimitName, text: string) => void
}

const WORDS: Record<LimitName, { label: string; hint: string }> = {
  rowsASecond: { label: 'Rows a second', hint: 'More are refused until time has passed.' },
  burstRows: { label: 'Rows at once', hint: 'May come in a burst above the rate. Empty: those of one second.' },
  rowsAMonth: { label: 'Rows a month', hint: 'Answered rows, from the first to the last of the month, UTC.' },
  callsAtOnce: { label: 'Calls at once', hint: 'Under way at the same time, in each process.' },
  rowsACall: { label: 'Rows in a call', hint: 'At most 1,000.' },
  bodyBytes: { label: 'Bytes in a call', hint: 'At most 10,485,760 (10 MB).' },
  deadlineMs: { label: 'Deadline in milliseconds', hint: 'An answer that takes longer is refused, and not logged. Callers can ask for less.' },
}

/** Empty fields do not limit. */
export function LimitFields({ names, draft, errors, onChange }: LimitFieldsProps) {
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      {names.map((name) => (
        <Field key={name} label={WORDS[name].label} hint={WORDS[name].hint} error={errors[name]}>
          {(control) => (
            <Input
              {...control}
              name={name}
              inputMode={name === 'rowsASecond' ? 'decimal' : 'numeric'}
              autoComplete="off"
              placeholder="no limit"
              value={draft[name]}
              onChange={(event) => onChange(name, event.target.value)}
            />
          )}
        </Field>
      ))}
    </div>
  )
}
