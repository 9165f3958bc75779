'use client'

import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { Textarea } from '@/components/ui/textarea'
import { TASKS, type Task } from '@/lib/registry/contract'
import type { RemoteProtocol } from '@/lib/inference/remote/endpoint'
import type { Errors } from '../register/draft'
import { TASK_WORDS } from '../words'
import { ADDRESS_HINTS, isNamed, MORE_EXAMPLES, PROTOCOL_OPTIONS, type RemoteDraft } from './remote-draft'

export interface ServerFieldsProps {
  remote: RemoteDraft
  errors: Errors
  onDescribe: (change: Partial<RemoteDraft>) => void
}

/** Where the server is and how it is spoken to. */
export function ServerFields({ remote, errors, onDescribe }: ServerFieldsProps) {
  const { protocol } = remote
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label="Protocol" error={errors['endpoint.protocol']}>
        {(control) => <Select {...control} value={protocol} options={PROTOCOL_OPTIONS} onChange={(event) => onDescribe({ protocol: event.target.value as RemoteProtocol })} />}
      </Field>
      <Field label="Address" required hint={ADDRESS_HINTS[protocol]} error={errors['endpoint.url']}>
        {(control) => <Input {...control} inputMode="url" placeholder="https://models.example.com" value={remote.url} onChange={(event) => onDescribe({ url: event.target.value })} />}
      </Field>
      {isNamed(protocol) && (
        <>
          <Field label="Model’s name there" required error={errors['endpoint.model']}>
            {(control) => <Input {...control} value={remote.model} onChange={(event) => onDescribe({ model: event.target.value })} />}
          </Field>
          <Field label="Its version there" hint="Left empty, the server chooses, and answers may change unnoticed.">
            {(control) => <Input {...control} value={remote.modelVersion} onChange={(event) => onDescribe({ modelVersion: event.target.value })} />}
          </Field>
        </>
      )}
      <Field label="Secret, sent as a bearer token" hint="Its name, never the secret: env:FLIGHTDECK_SECRET_… or file:NAME." error={errors['endpoint.headers']}>
        {(control) => <Input {...control} autoComplete="off" spellCheck={false} value={remote.secret} onChange={(event) => onDescribe({ secret: event.target.value })} />}
      </Field>
      <Field label="More of its document" className="sm:col-span-2" hint={<>JSON: fields, places of the answer, template, headers, time limits. See <a className="link" href="/docs/remote#the-document">the document</a>.</>} error={errors['endpoint.more']}>
        {(control) => <Textarea {...control} rows={3} spellCheck={false} className="font-mono text-xs" placeholder={MORE_EXAMPLES[protocol]} value={remote.more} onChange={(event) => onDescribe({ more: event.target.value })} />}
      </Field>
    </div>
  )
}

/** What no server tells: what its answer is. */
export function AnsweringFields({ remote, errors, onDescribe }: ServerFieldsProps) {
  const { task } = remote
  return (
    <div className="grid gap-4 sm:grid-cols-3">
      <Field label="Kind of answer" error={errors.task}>
        {(control) => (
          <Select
            {...control}
            value={task}
            options={[{ value: '', label: 'As the metadata says' }, ...TASKS.map((value) => ({ value, label: TASK_WORDS[value] }))]}
            onChange={(event) => onDescribe({ task: event.target.value as Task | '' })}
          />
        )}
      </Field>
      {(task === 'binary' || task === 'multiclass') && (
        <Field label="Classes" hint={`In the order of their probabilities, separated by commas.${task === 'binary' ? ' 0, 1 if left empty.' : ''}`} error={errors.classes}>
          {(control) => <Input {...control} value={remote.classes} onChange={(event) => onDescribe({ classes: event.target.value })} />}
        </Field>
      )}
      {task === 'binary' && (
        <Field label="The score is of the class" hint="The second one, if left empty." error={errors.positiveClass}>
          {(control) => <Input {...control} value={remote.positiveClass} onChange={(event) => onDescribe({ positiveClass: event.target.value })} />}
        </Field>
      )}
    </div>
  )
}
