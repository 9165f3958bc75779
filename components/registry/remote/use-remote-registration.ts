'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { toast } from 'sonner'
import { errorText } from '@/components/ui/error-text'
import { ApiError } from '@/lib/access/client'
import { registerRemoteVersion, tryEndpoint, type RemoteUpload } from '@/lib/registry/client'
import { EMPTY_DRAFT, metadataToSend, readMetadata, withMetadata, type Draft, type Errors } from '../register/draft'
import { answeringOf, EMPTY_REMOTE_DRAFT, endpointToSend, remoteErrors, type RemoteDraft } from './remote-draft'

/** The state of the page and what may happen to it. */
export function useRemoteRegistration(model: string) {
  const router = useRouter()
  const queryClient = useQueryClient()
  const [draft, setDraft] = useState<Draft>({ ...EMPTY_DRAFT, model })
  const [remote, setRemote] = useState<RemoteDraft>(EMPTY_REMOTE_DRAFT)
  const [metadataFile, setMetadataFile] = useState<File | null>(null)
  const [reference, setReference] = useState<File | null>(null)
  const [errors, setErrors] = useState<Errors>({})

  function upload(isModelNeeded: boolean): RemoteUpload {
    const described = endpointToSend(remote)
    const { metadata, errors: ofModel } = metadataToSend(draft)
    const { model: ofName, ...rest } = ofModel
    const found = { ...described.errors, ...rest, ...(isModelNeeded && ofName !== undefined ? { model: ofName } : {}) }
    setErrors(found)
    const [first] = Object.values(found)
    if (first !== undefined) throw new ApiError(422, 'form_incomplete', first, [], undefined)
    return { endpoint: described.endpoint, metadata: { ...metadata, ...answeringOf(remote) }, reference }
  }

  const place = (error: Error) => {
    if (error instanceof ApiError && error.fields.length > 0) setErrors(remoteErrors(error.fields))
  }
  const trial = useMutation({ mutationFn: async () => tryEndpoint(upload(false)), onError: place })
  const register = useMutation({
    mutationFn: async () => registerRemoteVersion(draft.model.trim(), upload(true)),
    onError: place,
    onSuccess: async (registered) => {
      toast.success(`Registered as version ${registered.version.number} of ${registered.model.name}.`)
      await queryClient.invalidateQueries({ queryKey: ['models'] })
      router.push(`/models/${registered.model.slug}/versions/${registered.version.number}`)
    },
  })

  return {
    draft, remote, metadataFile, reference, errors,
    trial: trial.data ?? null,
    isTrying: trial.isPending,
    isRegistering: register.isPending,
    failure: register.isError ? { title: 'Not registered', text: errorText(register.error) } : trial.isError ? { title: 'It did not work', text: errorText(trial.error) } : null,
    async dropMetadata(file: File | null) {
      setMetadataFile(file)
      const { metadata, error } = file === null ? { metadata: {}, error: null } : readMetadata(await file.text())
      setErrors(({ metadata: _, ...rest }): Errors => (error === null ? rest : { ...rest, metadata: error }))
      if (metadata !== null) setDraft((present) => withMetadata(present, metadata))
    },
    dropReference: setReference,
    change: (change: Partial<Draft>) => setDraft((present) => ({ ...present, ...change })),
    describe(change: Partial<RemoteDraft>) {
      // What was tried was another description.
      trial.reset()
      setRemote((present) => ({ ...present, ...change }))
    },
    tryIt() {
      register.reset()
      trial.mutate()
    },
    submit() {
      trial.reset()
      register.mutate()
    },
  }
}
