'use client'

import { signIn } from 'next-auth/react'
import { useState, type FormEvent } from 'react'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import type { Role } from '@/lib/access/contract'

export interface SignInFormProps {
  /** The page to show afterwards. */
  target: string
  demo: { accounts: { email: string; name: string; role: Role; words: string }[]; password: string } | null
}

export function SignInForm({ target, demo }: SignInFormProps) {
  const [pending, setPending] = useState<string | null>(null)
  const [failure, setFailure] = useState<string | null>(null)

  async function enter(email: string, password: string): Promise<void> {
    setPending(email)
    setFailure(null)
    const result = await signIn('credentials', { email, password, redirect: false }).catch(() => undefined)
    if (result?.ok) {
      window.location.assign(target)
      return
    }
    setPending(null)
    setFailure(result?.error && result.error !== 'CredentialsSignin' ? result.error : 'Signing in did not work. Check the connection, then try again.')
  }

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    void enter(String(form.get('email')), String(form.get('password')))
  }

  return (
    <div className="grid gap-5">
      {failure !== null && (
        <Callout state="problem" title="Not signed in" role="alert">
          {failure}
        </Callout>
      )}
      <form method="post" onSubmit={submit} className="grid gap-4">
        <Field label="E-mail address">
          {(control) => <Input {...control} name="email" type="email" autoComplete="username" required />}
        </Field>
        <Field label="Password">
          {(control) => <Input {...control} name="password" type="password" autoComplete="current-password" required />}
        </Field>
        <Button type="submit" variant="primary" loading={pending !== null}>
          Sign in
        </Button>
      </form>
      {demo !== null && (
        <section aria-labelledby="demo-accounts" className="grid gap-2 border-t pt-4">
          <h2 id="demo-accounts" className="font-medium">
            Demo: one account for each role
          </h2>
          <p className="text-sm text-ink-muted">Made-up people and data to look around with. One click signs in.</p>
          <ul className="grid gap-1.5">
            {demo.accounts.map((account) => (
              <li key={account.email}>
                <Button
                  className="h-auto w-full justify-start py-2 text-left"
                  disabled={pending !== null}
                  onClick={() => void enter(account.email, demo.password)}
                >
                  <span className="grid">
                    <span>
                      {account.name}, <span className="font-normal text-ink-muted">{account.role}</span>
                    </span>
                    <span className="text-xs font-normal whitespace-normal text-ink-muted">{account.words}</span>
                  </span>
                </Button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  )
}
