'use client'

import type { FormEvent } from 'react'
import { Button, ButtonLink } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Card } from '@/components/ui/card'
import { Field } from '@/components/ui/field'
import { FileDrop } from '@/components/ui/file-drop'
import { Progress } from '@/components/ui/progress'
import { ModelFields, type KnownModel } from '../register/model-fields'
import { AnsweringFields, ServerFields } from './server-fields'
import { TrialResult } from './trial-result'
import { useRemoteRegistration } from './use-remote-registration'

/** Describe the server, try it, register. An error keeps everything that was entered. */
export function RemoteForm({ models, model }: { models: readonly KnownModel[]; model: string }) {
  const form = useRemoteRegistration(model)
  const { draft, errors, remote } = form
  const fields = { remote, errors, onDescribe: form.describe }

  function submit(event: FormEvent): void {
    event.preventDefault()
    form.submit()
  }

  return (
    <form onSubmit={submit} className="grid gap-5" noValidate>
      <Card title="Server" description="Private addresses need the consent of whoever runs Flightdeck (FLIGHTDECK_PRIVATE_ENDPOINTS).">
        <ServerFields {...fields} />
      </Card>
      <Card title="What it answers" description="No server tells this; a metadata file may.">
        <AnsweringFields {...fields} />
      </Card>
      <Card title="Files">
        <div className="grid gap-4 lg:grid-cols-2">
          <Field label="Metadata" error={errors.metadata} hint="JSON: lineage, units, ranges. What you enter here comes first.">
            {(control) => <FileDrop {...control} prompt="a .json file" accept=".json,application/json" file={form.metadataFile} onFileChange={(file) => void form.dropMetadata(file)} />}
          </Field>
          <Field label="Reference data" error={errors.reference} hint="CSV or Parquet: rows like those it was trained on. Its columns name the fields where the server does not; a column target holds the true answers.">
            {(control) => <FileDrop {...control} prompt="a .csv or .parquet file" accept=".csv,.parquet,.pq" file={form.reference} onFileChange={form.dropReference} />}
          </Field>
        </div>
      </Card>
      <Card title="Model">
        <ModelFields models={models} draft={draft} errors={errors} onChange={form.change} />
      </Card>
      {form.failure !== null && (
        <Callout state="problem" role="alert" title={form.failure.title}>
          {form.failure.text}
        </Callout>
      )}
      {form.trial && <TrialResult trial={form.trial} />}
      {form.isRegistering && <Progress label="Registering" share={null} text="Asking the server for the reference rows" />}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" variant="primary" loading={form.isRegistering}>
          Register
        </Button>
        <Button type="button" loading={form.isTrying} onClick={form.tryIt}>
          Try it
        </Button>
        <ButtonLink href={model === '' ? '/models' : `/models/${model}`} variant="quiet">
          Cancel
        </ButtonLink>
      </div>
    </form>
  )
}
