'use client'

import { useRouter } from 'next/navigation'
import { useState, type FormEvent } from 'react'
import { toast } from 'sonner'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { Dialog } from '@/components/ui/dialog'
import { errorText } from '@/components/ui/error-text'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { RelativeTime } from '@/components/ui/relative-time'
import { Select } from '@/components/ui/select'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@/components/ui/table'
import { addPerson, ApiError, changePerson } from '@/lib/access/client'
import { ROLES, ROLE_WORDS, type Person, type PersonChange, type Role } from '@/lib/access/contract'

const ROLE_OPTIONS = ROLES.map((role) => ({ value: role, label: role }))

export function PeopleSection({ people, myId }: { people: Person[]; myId: string }) {
  const router = useRouter()
  const [isBusy, setIsBusy] = useState(false)

  async function change(person: Person, change: PersonChange, done: string): Promise<void> {
    setIsBusy(true)
    try {
      await changePerson(person.id, change)
      toast.success(done)
      router.refresh()
    } catch (error) {
      toast.error(errorText(error))
    } finally {
      setIsBusy(false)
    }
  }

  return (
    <div className="grid gap-4">
      <div className="flex justify-end">
        <AddPerson />
      </div>
      <div className="rounded-lg border bg-surface shadow-card">
        <Table caption="People and their roles">
          <TableHeader>
            <TableRow>
              <TableHead>Name</TableHead>
              <TableHead>E-mail</TableHead>
              <TableHead>Role</TableHead>
              <TableHead>Last signed in</TableHead>
              <TableHead>State</TableHead>
            </TableRow>
          </TableHeader>
          <TableBody>
            {people.map((person) => (
              <TableRow key={person.id}>
                <TableCell>
                  {person.name} {person.id === myId && <Badge>you</Badge>}
                </TableCell>
                <TableCell>{person.email}</TableCell>
                <TableCell>
                  <Select
                    className="min-w-32"
                    aria-label={`Role of ${person.name}`}
                    options={ROLE_OPTIONS}
                    value={person.role}
                    disabled={isBusy}
                    onChange={(event) => void change(person, { role: event.target.value as Role }, `${person.name} is now ${event.target.value}. It counts from the next click.`)}
                  />
                </TableCell>
                <TableCell>{person.lastSeenAt === null ? 'never' : <RelativeTime at={person.lastSeenAt} />}</TableCell>
                <TableCell>
                  {person.id === myId ? (
                    <span className="text-ink-muted">signed in</span>
                  ) : person.disabledAt !== null ? (
                    <Button size="small" disabled={isBusy} onClick={() => void change(person, { isDisabled: false }, `${person.name} can sign in again.`)}>
                      Enable again
                    </Button>
                  ) : (
                    <ConfirmDialog
                      trigger={
                        <Button size="small" disabled={isBusy}>
                          Disable
                        </Button>
                      }
                      title={`Disable ${person.name}?`}
                      effect="They are signed out at once and cannot sign in. What they did stays in the audit trail."
                      undo="Enable them again here at any time."
                      confirmLabel="Disable"
                      tone="danger"
                      reason="none"
                      onConfirm={async () => {
                        await changePerson(person.id, { isDisabled: true })
                        toast.success(`${person.name} can no longer sign in.`)
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
    </div>
  )
}

function AddPerson() {
  const router = useRouter()
  const [isOpen, setIsOpen] = useState(false)
  const [isBusy, setIsBusy] = useState(false)
  const [failure, setFailure] = useState<unknown>(null)
  const wrong = (path: string) => (failure instanceof ApiError ? failure.fields.find((field) => field.path === path)?.message : undefined)

  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    setIsBusy(true)
    setFailure(null)
    try {
      const person = await addPerson({
        name: String(form.get('name')), email: String(form.get('email')),
        role: String(form.get('role')) as Role, password: String(form.get('password')),
      })
      toast.success(`${person.name} was added as ${person.role}.`)
      setIsOpen(false)
      router.refresh()
    } catch (error) {
      setFailure(error)
    } finally {
      setIsBusy(false)
    }
  }

  return (
    <Dialog title="Add a person" description="Tell them the password yourself; they see what their role allows." trigger={<Button variant="primary">Add a person</Button>} open={isOpen} onOpenChange={setIsOpen}>
      <form onSubmit={(event) => void submit(event)} className="grid gap-4" noValidate>
        {failure !== null && (
          <Callout state="problem" title="Not added" role="alert">
            {errorText(failure)}
          </Callout>
        )}
        <Field label="Name" error={wrong('name')}>{(control) => <Input {...control} name="name" />}</Field>
        <Field label="E-mail address" error={wrong('email')}>{(control) => <Input {...control} name="email" type="email" />}</Field>
        <Field label="Role" hint={ROLES.map((role) => `${role}: ${ROLE_WORDS[role].toLowerCase()}`).join('. ')}>
          {(control) => <Select {...control} name="role" options={ROLE_OPTIONS} defaultValue="viewer" />}
        </Field>
        <Field label="Password" hint="At least 12 characters." error={wrong('password')}>
          {(control) => <Input {...control} name="password" type="password" autoComplete="new-password" />}
        </Field>
        <Button type="submit" variant="primary" loading={isBusy}>Add</Button>
      </form>
    </Dialog>
  )
}
