'use client'

import { parseAsString, useQueryStates } from 'nuqs'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'

/** The moment the page speaks of, in the address as RFC 3339 UTC; without one it speaks of now. */
export function AtPicker() {
  const [state, setState] = useQueryStates({ at: parseAsString, cursor: parseAsString }, { shallow: false })
  return (
    <div className="flex flex-wrap items-end gap-2">
      <Field label="In force at (UTC)">
        {(control) => (
          <Input
            {...control}
            type="datetime-local"
            value={state.at === null ? '' : state.at.slice(0, 16)}
            onChange={(event) => {
              const { value } = event.target
              void setState({ at: value === '' ? null : `${value}:00Z`, cursor: null })
            }}
          />
        )}
      </Field>
      {state.at !== null && <Button onClick={() => void setState({ at: null, cursor: null })}>Back to now</Button>}
    </div>
  )
}
