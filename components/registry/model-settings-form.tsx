'use client'

import { useMutation } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useState, type FormEvent } from 'react'
import { toast } from 'sonner'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { errorText } from '@/components/ui/error-text'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Textarea } from '@/components/ui/textarea'
import { ApiError } from '@/lib/access/client'
import { changeModel } from '@/lib/registry/client'
import type { ModelSummary } from '@/lib/registry/contract'
import { tagsOf } from './register/draft'

export function ModelSettingsForm({ model }: { model: ModelSummary }) {
  const router = useRouter()
  const [name, setName] = useState(model.name)
  const [description, setDescription] = useState(model.description)
  const [owner, setOwner] = useState(model.owner)
  const [tags, setTags] = useState(model.tags.join(', '))
  const save = useMutation({
    mutationFn: () => changeModel(model.slug, { name, description, owner, tags: tagsOf(tags) }),
    onSuccess: () => {
      toast.success('Saved.')
      router.refresh()
    },
  })
  const errorOf = (path: string) => (save.error instanceof ApiError ? save.error.fields.find((field) => field.path.startsWith(path))?.message : undefined)

  function submit(event: FormEvent): void {
    event.preventDefault()
    save.mutate()
  }

  return (
    <form onSubmit={submit} className="grid max-w-xl gap-4" noValidate>
      <Field label="Name" required error={errorOf('name')}>
        {(control) => <Input {...control} value={name} onChange={(event) => setName(event.target.value)} />}
      </Field>
      <Field label="Description" hint="What it decides, for whom, and what happens with the answer." error={errorOf('description')}>
        {(control) => <Textarea {...control} rows={4} value={description} onChange={(event) => setDescription(event.target.value)} />}
      </Field>
      <Field label="Owner" hint="The person or team that answers for it." required error={errorOf('owner')}>
        {(control) => <Input {...control} value={owner} onChange={(event) => setOwner(event.target.value)} />}
      </Field>
      <Field label="Tags" hint="Separated by commas." error={errorOf('tags')}>
        {(control) => <Input {...control} value={tags} onChange={(event) => setTags(event.target.value)} />}
      </Field>
      {save.isError && (
        <Callout state="problem" role="alert" title="Not saved">
          {errorText(save.error)}
        </Callout>
      )}
      <div>
        <Button type="submit" variant="primary" loading={save.isPending}>
          Save
        </Button>
      </div>
    </form>
  )
}
