'use client'

import type { FormEvent } from 'react'
import { Button, ButtonLink } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Card } from '@/components/ui/card'
import { Field } from '@/components/ui/field'
import { FileDrop } from '@/components/ui/file-drop'
import { Progress } from '@/components/ui/progress'
import { FieldTable } from './field-table'
import { InspectionSummary } from './inspection-summary'
import { ModelFields, type KnownModel } from './model-fields'
import { useRegistration } from './use-registration'

/** Drop the files, look at what was found, complete it, register. An error keeps everything that was entered. */
export function RegisterForm({ models, model }: { models: readonly KnownModel[]; model: string }) {
  const form = useRegistration(model)
  const { draft, errors, inspection } = form

  function submit(event: FormEvent): void {
    event.preventDefault()
    form.submit()
  }

  return (
    <form onSubmit={submit} className="grid gap-5" noValidate>
      <Card title="Files">
        <div className="grid gap-4 lg:grid-cols-3">
          <Field label="Model file" required error={errors.artifact} hint="ONNX, up to 512 MB. It is opened in a process of its own.">
            {(control) => <FileDrop {...control} prompt="the .onnx file" accept=".onnx" file={form.artifact} onFileChange={(file) => void form.dropArtifact(file)} />}
          </Field>
          <Field label="Metadata" error={errors.metadata} hint="JSON: lineage, units, ranges. What you type below comes first.">
            {(control) => <FileDrop {...control} prompt="a .json file" accept=".json,application/json" file={form.metadataFile} onFileChange={(file) => void form.dropMetadata(file)} />}
          </Field>
          <Field label="Reference data" error={errors.reference} hint="CSV or Parquet: rows like those it was trained on, one column per input. A column target holds the true answers.">
            {(control) => <FileDrop {...control} prompt="a .csv or .parquet file" accept=".csv,.parquet,.pq" file={form.reference} onFileChange={form.dropReference} />}
          </Field>
        </div>
        <div className="mt-4 empty:hidden">
          {form.isInspecting && <Progress label="Reading the file" share={null} text="Reading the file" />}
          {inspection && <InspectionSummary inspection={inspection} />}
        </div>
      </Card>
      <Card title="Model">
        <ModelFields models={models} draft={draft} errors={errors} onChange={form.change} />
      </Card>
      {inspection && (
        <Card flush title="Inputs" description="Values outside the range are refused. Sensitive values are hidden from viewers and never repeated in messages.">
          <FieldTable fields={inspection.signature.fields} edits={draft.edits} errors={errors} onEdit={form.edit} />
        </Card>
      )}
      {form.failure !== null && (
        <Callout state="problem" role="alert" title="Not registered">
          {form.failure}
        </Callout>
      )}
      {form.sent !== null && (
        <Progress
          label="Registering"
          share={form.sent < 1 ? form.sent : null}
          text={form.sent < 1 ? undefined : 'Trying the model on its reference rows'}
        />
      )}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" variant="primary" loading={form.isRegistering}>
          Register
        </Button>
        <ButtonLink href={model === '' ? '/models' : `/models/${model}`} variant="quiet">
          Cancel
        </ButtonLink>
      </div>
    </form>
  )
}
