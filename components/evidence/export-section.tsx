'use client'

import { useMutation } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { toast } from 'sonner'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Card } from '@/components/ui/card'
import { Checkbox } from '@/components/ui/checkbox'
import { errorText } from '@/components/ui/error-text'
import { Field } from '@/components/ui/field'
import { FileDrop } from '@/components/ui/file-drop'
import { formatCount } from '@/components/ui/format'
import { Input } from '@/components/ui/input'
import { Textarea } from '@/components/ui/textarea'
import { ApiError } from '@/lib/access/client'
import { downloadBundle } from '@/lib/evidence/client/evidence'
import { MOST_PREDICTIONS } from '@/lib/evidence/contract/bundle'
import { readIdList, type IdList } from '@/lib/evidence/rules/id-list'
import { LineProblems } from './line-problems'

/** Ids in, one signed file out. */
export function ExportSection() {
  const [text, setText] = useState('')
  const [file, setFile] = useState<File | null>(null)
  const issue = useMutation({
    mutationFn: downloadBundle,
    onSuccess: ({ fileName }) => toast.success(`${fileName} is signed; the audit trail says who has it.`),
  })
  const list = readIdList(text)
  const problems = [...list.problems, ...unknownLines(issue.error, list)].sort((a, b) => a.line - b.line)

  async function take(chosen: File | null): Promise<void> {
    issue.reset()
    setFile(chosen)
    setText(chosen ? await chosen.text() : '')
  }

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const reason = String(form.get('reason')).trim()
    issue.mutate({ predictions: list.ids, ...(form.get('withoutArtifact') === null ? {} : { withArtifact: false }), ...(reason === '' ? {} : { reason }) })
  }

  return (
    <Card title="Export" description={`Up to ${formatCount(MOST_PREDICTIONS)} decisions in one bundle: inputs, answer, explanation, version, release, approvals, gates, settings and audit events.`}>
      <form onSubmit={submit} className="grid gap-4" noValidate>
        <div className="grid items-start gap-4 lg:grid-cols-2">
          <Field label="Prediction ids" hint="One a line, or a CSV with the ids in its first column or in a column called id.">
            {(control) => (
              <Textarea {...control} rows={6} value={text} spellCheck={false} className="font-mono" onChange={(event) => {
                setText(event.target.value)
                setFile(null)
                issue.reset()
              }} />
            )}
          </Field>
          <Field label="From a file">{(control) => <FileDrop {...control} prompt="a CSV" accept=".csv,.txt,text/csv,text/plain" file={file} onFileChange={(chosen) => void take(chosen)} />}</Field>
        </div>
        <Field label="Asked for by, and why" hint="Kept in the bundle and with the audit event: a letter’s date, a case number.">{(control) => <Input {...control} name="reason" maxLength={500} />}</Field>
        <Checkbox name="withoutArtifact" label="Leave the model files out" hint="The bundle gets smaller; who replays it needs the file apart. Files above 5 MB are left out in any case." />
        <LineProblems problems={problems} />
        {issue.isError && unknownLines(issue.error, list).length === 0 && (
          <Callout state="problem" title="No bundle was made" role="alert">
            {errorText(issue.error)}
          </Callout>
        )}
        <div className="flex flex-wrap items-center gap-3">
          <Button type="submit" variant="primary" loading={issue.isPending} disabled={list.ids.length === 0 || problems.length > 0}>
            Sign and download
          </Button>
          <span className="text-sm text-ink-muted" role="status">
            {list.ids.length === 0 ? 'No ids yet.' : `${formatCount(list.ids.length)} ${list.ids.length === 1 ? 'decision' : 'decisions'}. The file has sensitive values: keep it as such.`}
          </span>
        </div>
      </form>
    </Card>
  )
}

/** The server names unknown ids by their place; people look for the line. */
function unknownLines(error: unknown, { lines }: IdList): { line: number; message: string }[] {
  if (!(error instanceof ApiError)) return []
  return error.fields.flatMap(({ path, message }) => {
    const line = lines[Number(/^predictions\.(\d+)$/.exec(path)?.[1])]
    return line === undefined ? [] : [{ line, message }]
  })
}
