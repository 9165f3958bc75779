'use client'

import { Checkbox } from '@/components/ui/checkbox'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import type { BatchPlaces } from '@/lib/batch/contract'
import type { Draft, problemsOf } from './draft'

export interface DraftFieldsProps {
  draft: Draft
  change: (part: Partial<Draft>) => void
  problems: ReturnType<typeof problemsOf>
}

export interface OutputFieldsProps extends DraftFieldsProps {
  places: BatchPlaces | undefined
  withoutReasons: string | null
}

export function OutputFields({ draft, change, problems, places, withoutReasons }: OutputFieldsProps) {
  const connections = places?.connections ?? []
  const webhooks = places?.webhooks ?? []
  return (
    <div className="grid gap-4">
      <div className="flex flex-wrap gap-4">
        <Field label="Results as" className="w-52">
          {(control) => (
            <Select
              {...control}
              value={draft.output}
              options={[{ value: 'csv', label: 'CSV file' }, { value: 'parquet', label: 'Parquet file' }, { value: 'table', label: 'Table of a database', disabled: connections.length === 0 }]}
              onChange={(event) => change({ output: event.target.value as Draft['output'], connection: draft.connection || (connections[0] ?? '') })}
            />
          )}
        </Field>
        {draft.output === 'table' && (
          <>
            <Field label="Database" error={problems.connection} className="w-52">
              {(control) => <Select {...control} value={draft.connection} options={connections.map((name) => ({ value: name, label: name }))} onChange={(event) => change({ connection: event.target.value })} />}
            </Field>
            <Field label="Table" error={problems.table} hint="Made if it is not there." required className="w-60">
              {(control) => <Input {...control} value={draft.table} onChange={(event) => change({ table: event.target.value })} />}
            </Field>
          </>
        )}
        <Field label="Reasons" hint={withoutReasons ?? 'The largest of each row, in columns of their own. Slower.'} className="w-72 max-w-full">
          {(control) => (
            <Select
              {...control}
              disabled={withoutReasons !== null}
              value={String(draft.reasons)}
              options={[{ value: '0', label: 'None' }, ...[1, 2, 3, 4, 5].map((count) => ({ value: String(count), label: count === 1 ? 'The largest' : `The ${count} largest` }))]}
              onChange={(event) => change({ reasons: Number(event.target.value) })}
            />
          )}
        </Field>
      </div>
      <Checkbox
        label="Keep every row in the prediction log"
        hint="Each can be looked up, explained and given its outcome. Slower; monitoring counts the job either way, apart from calls."
        checked={draft.isLogged}
        onChange={(event) => change({ isLogged: event.target.checked })}
      />
      <div className="flex flex-wrap gap-4">
        <Field label="When it has finished" className="w-60">
          {(control) => (
            <Select
              {...control}
              value={draft.delivery}
              options={[
                { value: 'none', label: 'Tell nobody' },
                { value: 'email', label: places?.hasMail === false ? 'Link by e-mail (no mail server)' : 'Link by e-mail', disabled: places?.hasMail === false },
                { value: 'webhook', label: webhooks.length === 0 ? 'Webhook (no channel yet)' : 'Webhook', disabled: webhooks.length === 0 },
                { value: 'folder', label: 'Copy into the folder' },
              ]}
              onChange={(event) => change({ delivery: event.target.value as Draft['delivery'], channelId: draft.channelId || (webhooks[0]?.id ?? '') })}
            />
          )}
        </Field>
        {draft.delivery === 'email' && (
          <Field label="To" error={problems.email} hint="The link needs a sign-in; no file is attached." required className="w-72 max-w-full">
            {(control) => <Input {...control} type="email" value={draft.email} onChange={(event) => change({ email: event.target.value })} />}
          </Field>
        )}
        {draft.delivery === 'webhook' && (
          <Field label="Channel" error={problems.channelId} hint="Signed with its secret. Administrators add channels." className="w-72 max-w-full">
            {(control) => <Select {...control} value={draft.channelId} options={webhooks.map(({ id, name }) => ({ value: id, label: name }))} onChange={(event) => change({ channelId: event.target.value })} />}
          </Field>
        )}
        {draft.delivery === 'folder' && (
          <Field label="Folder" error={problems.folder} hint="Within the opened one; made if it is not there." required className="w-72 max-w-full">
            {(control) => <Input {...control} value={draft.folder} placeholder="results" onChange={(event) => change({ folder: event.target.value })} />}
          </Field>
        )}
      </div>
    </div>
  )
}
