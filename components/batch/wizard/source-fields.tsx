'use client'

import { useEffect, useRef, useState } from 'react'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { errorText } from '@/components/ui/error-text'
import { Field } from '@/components/ui/field'
import { FileDrop } from '@/components/ui/file-drop'
import { formatBytes } from '@/components/ui/format'
import { Input } from '@/components/ui/input'
import { Progress } from '@/components/ui/progress'
import { Select } from '@/components/ui/select'
import { Textarea } from '@/components/ui/textarea'
import { uploadFile, type Upload } from '@/lib/batch/client'
import { formatOfName, MOST_UPLOADED_BYTES, type BatchPlaces, type BatchSource } from '@/lib/batch/contract'
import { folderSource } from './draft'

export interface SourceFieldsProps {
  places: BatchPlaces | undefined
  failure: Error | null
  when: 'now' | 'schedule'
  source: BatchSource | null
  onSource: (source: BatchSource | null) => void
}

type Kind = BatchSource['kind']

export function SourceFields({ places, failure, when, source, onSource }: SourceFieldsProps) {
  const [chosen, setKind] = useState<Kind>()
  const kind = chosen ?? (when === 'schedule' ? 'folder' : 'upload')
  const choose = (next: Kind) => {
    setKind(next)
    onSource(null)
  }
  const kinds: [Kind, string][] = [['upload', 'Upload a file'], ['folder', 'File in the folder'], ['query', 'Query on a database']]
  return (
    <div className="grid gap-4">
      <div role="group" aria-label="Where the rows are" className="flex flex-wrap gap-1">
        {kinds.map(([one, label]) => (
          <Button key={one} variant={kind === one ? 'primary' : 'secondary'} aria-pressed={kind === one} onClick={() => choose(one)}>{label}</Button>
        ))}
      </div>
      {failure !== null && kind !== 'upload' && <Callout state="problem" title="What is open for jobs cannot be read">{errorText(failure)}</Callout>}
      {kind === 'upload' && <UploadField onSource={onSource} />}
      {kind === 'folder' && <FolderField places={places} source={source} onSource={onSource} />}
      {kind === 'query' && <QueryField places={places} onSource={onSource} />}
    </div>
  )
}

function UploadField({ onSource }: Pick<SourceFieldsProps, 'onSource'>) {
  const [file, setFile] = useState<File | null>(null)
  const [share, setShare] = useState<number | null>(null)
  const [failure, setFailure] = useState<string>()
  const upload = useRef<Upload | null>(null)
  useEffect(() => () => upload.current?.cancel(), [])

  async function take(next: File | null): Promise<void> {
    upload.current?.cancel()
    upload.current = null
    setFile(next)
    setShare(null)
    setFailure(undefined)
    onSource(null)
    if (next === null) return
    if (formatOfName(next.name) === null) return setFailure('Choose a file that ends in .csv, .parquet or .jsonl.')
    if (next.size > MOST_UPLOADED_BYTES) return setFailure(`At most ${formatBytes(MOST_UPLOADED_BYTES)} can be uploaded. Put a larger file into the folder for batch jobs.`)
    const own = uploadFile(next, setShare)
    upload.current = own
    setShare(0)
    try {
      const { hash, fileName, format } = await own.finished
      if (upload.current !== own) return
      setShare(1)
      onSource({ kind: 'upload', hash, fileName, format })
    } catch (error) {
      if (upload.current !== own) return
      setShare(null)
      setFailure(errorText(error))
    }
  }

  return (
    <div className="grid max-w-2xl gap-2">
      <Field label="File" required error={failure} hint="CSV, Parquet or JSON lines, up to 2 GB. It is stored as it comes; nothing is scored yet.">
        {(control) => <FileDrop {...control} prompt="a file of rows" accept=".csv,.tsv,.txt,.parquet,.pq,.jsonl,.ndjson" file={file} onFileChange={(next) => void take(next)} />}
      </Field>
      {share !== null && <Progress label="Upload" share={share} text={share === 1 ? 'Uploaded' : undefined} />}
    </div>
  )
}

function FolderField({ places, source, onSource }: Pick<SourceFieldsProps, 'places' | 'source' | 'onSource'>) {
  const [path, setPath] = useState(source?.kind === 'folder' ? source.path : '')
  const files = places?.folder.files ?? []
  const take = (next: string) => {
    setPath(next)
    onSource(folderSource(next))
  }
  return (
    <div className="grid max-w-2xl gap-3 sm:grid-cols-2">
      <Field label="File in the folder" hint={places?.folder.isCut ? 'The newest of many; write the path of another.' : undefined}>
        {(control) => (
          <Select
            {...control}
            value={files.some((file) => file.path === path) ? path : ''}
            options={[{ value: '', label: files.length === 0 ? 'The folder has no file of rows' : 'Choose a file' }, ...files.map((file) => ({ value: file.path, label: `${file.path} (${formatBytes(file.bytes)})` }))]}
            onChange={(event) => take(event.target.value)}
          />
        )}
      </Field>
      <Field label="Or its path" hint="In a schedule, {date}, {tomorrow} and {yesterday} stand for the day, such as 2026-05-03.">
        {(control) => <Input {...control} value={path} placeholder="appointments-{tomorrow}.csv" onChange={(event) => take(event.target.value)} />}
      </Field>
    </div>
  )
}

function QueryField({ places, onSource }: Pick<SourceFieldsProps, 'places' | 'onSource'>) {
  const names = places?.connections ?? []
  const [connection, setConnection] = useState('')
  const [query, setQuery] = useState('')
  const used = connection === '' ? (names[0] ?? '') : connection
  if (places && names.length === 0) {
    return <Callout state="unknown" title="No database is open for batch jobs">Whoever runs this installation names them in the setting FLIGHTDECK_BATCH_CONNECTIONS.</Callout>
  }
  return (
    <div className="grid max-w-2xl gap-3">
      <Field label="Database" className="w-60">
        {(control) => <Select {...control} value={used} options={names.map((name) => ({ value: name, label: name }))} onChange={(event) => setConnection(event.target.value)} />}
      </Field>
      <Field label="Query" required hint="One SELECT. It runs in a transaction that only reads.">
        {(control) => <Textarea {...control} rows={5} className="font-mono" value={query} placeholder="select * from appointments where day = current_date + 1" onChange={(event) => setQuery(event.target.value)} />}
      </Field>
      <div>
        <Button disabled={query.trim() === '' || used === ''} onClick={() => onSource({ kind: 'query', connection: used, query })}>Read the first rows</Button>
      </div>
    </div>
  )
}
