'use client'

import { useRouter } from 'next/navigation'
import { useState, type FormEvent } from 'react'
import { toast } from 'sonner'
import { limitsInWords } from '@/components/serving/limits/limit-words'
import { TokenLimitsDialog } from '@/components/serving/limits/token-limits-dialog'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Checkbox } from '@/components/ui/checkbox'
import { CodeBlock } from '@/components/ui/code-block'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { Dialog } from '@/components/ui/dialog'
import { EmptyState } from '@/components/ui/empty-state'
import { errorText } from '@/components/ui/error-text'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { RelativeTime } from '@/components/ui/relative-time'
import { Select } from '@/components/ui/select'
import { StatusMark } from '@/components/ui/status-mark'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@/components/ui/table'
import { addToken, ApiError, revokeToken } from '@/lib/access/client'
import { ROLES, SCOPES, type Role, type TokenRow } from '@/lib/access/contract'
import { callLimitsSchema } from '@/lib/serving/contract'
import type { TokenLimits } from '@/lib/serving/queries'

const NO_LIMITS = callLimitsSchema.parse({})

const SCOPE_WORDS: Record<(typeof SCOPES)[number], string> = {
  predict: 'Ask for predictions',
  'predict:unreleased': 'Ask versions by number that are not released',
  batch: 'Run batch jobs',
  ingest: 'Send outcomes and KPI events',
  'registry:write': 'Register versions',
  read: 'Read models, predictions and monitoring',
}

export interface TokensSectionProps {
  tokens: TokenRow[]
  /** By token, of those that ever had limits. */
  limits: Partial<Record<string, TokenLimits>>
  mayLimit: boolean
  at: number
}

export function TokensSection({ tokens, limits, mayLimit, at }: TokensSectionProps) {
  const router = useRouter()
  return (
    <div className="grid gap-4">
      <div className="flex justify-end">
        <AddToken />
      </div>
      {tokens.length === 0 ? (
        <EmptyState title="No tokens yet">A program that asks for predictions, sends outcomes or registers versions needs one.</EmptyState>
      ) : (
        <div className="rounded-lg border bg-surface shadow-card">
          <Table caption="Tokens of programs">
            <TableHeader>
              <TableRow>
                <TableHead>Program</TableHead>
                <TableHead>Starts with</TableHead>
                <TableHead>May</TableHead>
                <TableHead>Limits</TableHead>
                <TableHead>Last used</TableHead>
                <TableHead>Expires</TableHead>
                <TableHead>State</TableHead>
              </TableRow>
            </TableHeader>
            <TableBody>
              {tokens.map((token) => (
                <TableRow key={token.id}>
                  <TableCell>{token.name}</TableCell>
                  <TableCell><code>{token.prefix}…</code></TableCell>
                  <TableCell>{[...token.scopes, ...(token.role === null ? [] : [`role ${token.role}`])].join(', ')}</TableCell>
                  <TableCell className="min-w-40">
                    <div className="flex flex-wrap items-center gap-2">
                      <span className="text-xs">{limitsInWords(limits[token.id]?.limits ?? NO_LIMITS).join('; ') || 'none'}</span>
                      {mayLimit && token.revokedAt === null && <TokenLimitsDialog token={token} limits={limits[token.id]} />}
                    </div>
                  </TableCell>
                  <TableCell>{token.lastUsedAt === null ? 'never' : <RelativeTime at={token.lastUsedAt} />}</TableCell>
                  <TableCell>{token.expiresAt === null ? 'never' : <RelativeTime at={token.expiresAt} />}</TableCell>
                  <TableCell>
                    {token.revokedAt !== null ? (
                      <StatusMark state="unknown" label="Revoked" />
                    ) : token.expiresAt !== null && token.expiresAt <= at ? (
                      <StatusMark state="attention" label="Expired" />
                    ) : (
                      <ConfirmDialog
                        trigger={<Button size="small">Revoke</Button>}
                        title={`Revoke the token of ${token.name}?`}
                        effect="Every call with this token is refused from now on."
                        undo="It cannot be undone; create a new token and give it to the program."
                        confirmLabel="Revoke"
                        tone="danger"
                        reason="none"
                        onConfirm={async () => {
                          await revokeToken(token.id)
                          toast.success(`The token of ${token.name} is revoked.`)
                          router.refresh()
                        }}
                      />
                    )}
                  </TableCell>
                </TableRow>
              ))}
            </TableBody>
          </Table>
        </div>
      )}
    </div>
  )
}

function AddToken() {
  const router = useRouter()
  const [isOpen, setIsOpen] = useState(false)
  const [isBusy, setIsBusy] = useState(false)
  const [failure, setFailure] = useState<unknown>(null)
  const [secret, setSecret] = useState<string | null>(null)
  const wrong = (path: string) => (failure instanceof ApiError ? failure.fields.find((field) => field.path === path)?.message : undefined)

  function open(next: boolean): void {
    setIsOpen(next)
    setSecret(null)
    setFailure(null)
  }

  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const role = String(form.get('role'))
    setIsBusy(true)
    setFailure(null)
    try {
      const made = await addToken({
        name: String(form.get('name')),
        scopes: SCOPES.filter((scope) => form.get(scope) !== null),
        role: role === '' ? null : (role as Role),
        expiresInDays: Number(form.get('days')),
      })
      setSecret(made.secret)
      router.refresh()
    } catch (error) {
      setFailure(error)
    } finally {
      setIsBusy(false)
    }
  }

  return (
    <Dialog title="Create a token" description="For one program, so that it can be revoked alone." trigger={<Button variant="primary">Create a token</Button>} open={isOpen} onOpenChange={open}>
      {secret !== null ? (
        <div className="grid gap-4">
          <Callout state="attention" title="Copy it now: it is shown this once">
            Only a hash is kept. If it is lost, revoke it and create another.
          </Callout>
          <CodeBlock code={secret} label="The token" />
          <Button onClick={() => open(false)}>Done</Button>
        </div>
      ) : (
        <form onSubmit={(event) => void submit(event)} className="grid gap-4" noValidate>
          {failure !== null && (
            <Callout state="problem" title="Not created" role="alert">
              {errorText(failure)}
            </Callout>
          )}
          <Field label="Program" hint="Who uses it: booking page, loan system, CI." error={wrong('name')}>
            {(control) => <Input {...control} name="name" />}
          </Field>
          <fieldset className="grid gap-2">
            <legend className="mb-1 text-sm font-medium">May</legend>
            {SCOPES.map((scope) => <Checkbox key={scope} name={scope} label={SCOPE_WORDS[scope]} hint={scope} />)}
          </fieldset>
          <Field label="Role" hint="For CI: what the command line may do besides. Approvals always need a person." error={wrong('scopes')}>
            {(control) => <Select {...control} name="role" options={[{ value: '', label: 'none' }, ...ROLES.map((role) => ({ value: role, label: role }))]} />}
          </Field>
          <Field label="Valid for days" error={wrong('expiresInDays')}>
            {(control) => <Input {...control} name="days" type="number" min={1} max={730} defaultValue={365} />}
          </Field>
          <Button type="submit" variant="primary" loading={isBusy}>Create</Button>
        </form>
      )}
    </Dialog>
  )
}
