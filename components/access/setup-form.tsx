'use client'

import { signIn } from 'next-auth/react'
import { useState, type FormEvent } from 'react'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { errorText } from '@/components/ui/error-text'
import { ApiError, setUp } from '@/lib/access/client'

export function SetupForm() {
  const [isPending, setIsPending] = useState(false)
  const [failure, setFailure] = useState<unknown>(null)
  const wrong = (path: string) => (failure instanceof ApiError ? failure.fields.find((field) => field.path === path)?.message : undefined)

  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const person = { name: String(form.get('name')), email: String(form.get('email')), password: String(form.get('password')) }
    setIsPending(true)
    setFailure(null)
    try {
      await setUp(person)
      await signIn('credentials', { email: person.email, password: person.password, redirect: false })
      window.location.assign('/')
    } catch (error) {
      setFailure(error)
      setIsPending(false)
    }
  }

  return (
    <form method="post" onSubmit={(event) => void submit(event)} className="grid gap-4" noValidate>
      <p className="text-sm text-ink-muted">
        This installation is empty. The administrator adds the other people afterwards and gives each a role.
      </p>
      {failure !== null && (
        <Callout state="problem" title="Not created" role="alert">
          {errorText(failure)}
        </Callout>
      )}
      <Field label="Name" error={wrong('name')}>
        {(control) => <Input {...control} name="name" autoComplete="name" />}
      </Field>
      <Field label="E-mail address" error={wrong('email')}>
        {(control) => <Input {...control} name="email" type="email" autoComplete="username" />}
      </Field>
      <Field label="Password" hint="At least 12 characters." error={wrong('password')}>
        {(control) => <Input {...control} name="password" type="password" autoComplete="new-password" />}
      </Field>
      <Button type="submit" variant="primary" loading={isPending}>
        Create the administrator
      </Button>
    </form>
  )
}
