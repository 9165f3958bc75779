'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useRef, useState } from 'react'
import { toast } from 'sonner'
import { errorText } from '@/components/ui/error-text'
import { ApiError } from '@/lib/access/client'
import { inspectFile, uploadVersion } from '@/lib/registry/client'
import type { Inspection, VersionMetadata } from '@/lib/registry/contract'
import { EMPTY_DRAFT, errorsByPlace, metadataToSend, readMetadata, withMetadata, type Draft, type Errors, type FieldEdit } from './draft'

/** The state of the page and what may happen to it. */
export function useRegistration(model: string) {
  const router = useRouter()
  const queryClient = useQueryClient()
  const [draft, setDraft] = useState<Draft>({ ...EMPTY_DRAFT, model })
  const [artifact, setArtifact] = useState<File | null>(null)
  const [metadataFile, setMetadataFile] = useState<File | null>(null)
  const [reference, setReference] = useState<File | null>(null)
  const [inspection, setInspection] = useState<Inspection | null>(null)
  const [errors, setErrors] = useState<Errors>({})
  const [sent, setSent] = useState<number | null>(null)
  // Only the answer for the file that was dropped last counts.
  const asked = useRef(0)

  const place = (name: string, message: string | undefined) =>
    setErrors(({ [name]: _, ...rest }) => (message === undefined ? rest : { ...rest, [name]: message }))

  const inspect = useMutation({ mutationFn: ({ file, metadata }: { file: File; metadata: VersionMetadata }) => inspectFile(file, metadata) })

  async function look(file: File | null, metadata: VersionMetadata): Promise<void> {
    asked.current += 1
    const mine = asked.current
    setInspection(null)
    if (file === null) return
    try {
      const found = await inspect.mutateAsync({ file, metadata })
      if (mine === asked.current) setInspection(found)
    } catch (error) {
      if (mine !== asked.current) return
      const found = error instanceof ApiError ? errorsByPlace(error.fields) : {}
      setErrors((present) => ({ ...present, ...(Object.keys(found).length > 0 ? found : { artifact: errorText(error) }) }))
    }
  }

  async function dropArtifact(file: File | null): Promise<void> {
    setArtifact(file)
    place('artifact', undefined)
    await look(file, draft.metadata)
  }

  async function dropMetadata(file: File | null): Promise<void> {
    setMetadataFile(file)
    setErrors(({ artifact: kept }): Errors => (kept === undefined ? {} : { artifact: kept }))
    const { metadata, error } = file === null ? { metadata: {}, error: null } : readMetadata(await file.text())
    if (metadata === null) return place('metadata', error ?? undefined)
    setDraft((present) => withMetadata(present, metadata))
    await look(artifact, metadata)
  }

  const register = useMutation({
    mutationFn: async () => {
      const { metadata, errors: found } = metadataToSend(draft)
      if (artifact === null) found.artifact = 'Drop the model file first.'
      setErrors(found)
      const [first] = Object.values(found)
      if (artifact === null || first !== undefined) throw new ApiError(422, 'form_incomplete', first ?? 'Something is missing.', [], undefined)
      setSent(0)
      return uploadVersion({ model: draft.model.trim(), artifact, metadata, reference }, setSent)
    },
    onSettled: () => setSent(null),
    onError: (error) => {
      if (error instanceof ApiError && error.fields.length > 0) setErrors(errorsByPlace(error.fields))
    },
    onSuccess: async (registered) => {
      toast.success(`Registered as version ${registered.version.number} of ${registered.model.name}.`)
      await queryClient.invalidateQueries({ queryKey: ['models'] })
      router.push(`/models/${registered.model.slug}/versions/${registered.version.number}`)
    },
  })

  return {
    draft,
    artifact,
    metadataFile,
    reference,
    inspection,
    errors,
    isInspecting: inspect.isPending,
    /** Share of the upload that was sent; 1 while the server tries the model; null when nothing is under way. */
    sent,
    failure: register.isError ? errorText(register.error) : null,
    isRegistering: register.isPending,
    dropArtifact,
    dropMetadata,
    dropReference(file: File | null) {
      setReference(file)
      place('reference', undefined)
    },
    change(change: Partial<Draft>) {
      setDraft((present) => ({ ...present, ...change }))
      if (change.model !== undefined) place('model', undefined)
    },
    edit(name: string, edit: FieldEdit) {
      setDraft((present) => ({ ...present, edits: { ...present.edits, [name]: edit } }))
      setErrors((present) => Object.fromEntries(Object.entries(present).filter(([path]) => !path.startsWith(`fields.${name}.`))))
    },
    submit: () => register.mutate(),
  }
}
