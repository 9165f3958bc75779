'use client'

import { useEffect, useEffectEvent, useId, useState, useSyncExternalStore } from 'react'
import { useSingleKey } from '@/components/layout/shortcuts'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Card } from '@/components/ui/card'
import { Field } from '@/components/ui/field'
import { formatDateTime } from '@/components/ui/format'
import { StatusIcon, StatusMark } from '@/components/ui/status-mark'
import { Textarea } from '@/components/ui/textarea'
import { noteCase } from '@/lib/evidence/client/reviews'
import { CASE_VERDICTS, LONGEST_NOTE, type CaseVerdict, type OpenedCase } from '@/lib/evidence/contract'
import { VERDICT_WORDS, verdictWords } from './in-words'
import { NoteSaver, type NoteState } from './note-saver'

type Noted = Omit<OpenedCase, 'decision'>

export interface CaseNoteCardProps {
  reviewId: string
  found: Noted
  mayWrite: boolean
  onSaved: (saved: Noted) => void
  /** Somebody else noted this case: read it again. */
  onConflict: () => void
}

export function CaseNoteCard(props: CaseNoteCardProps) {
  return (
    <Card title={props.mayWrite ? 'What you found' : 'What was found'} className="lg:sticky lg:top-16">
      {props.mayWrite ? <NoteEditor {...props} /> : <Note found={props.found} />}
    </Card>
  )
}

function Note({ found: { verdict, note, notedAt, notedByName } }: Pick<CaseNoteCardProps, 'found'>) {
  return (
    <div className="grid gap-2 text-sm">
      <StatusMark {...verdictWords(verdict)} />
      {note !== '' && <p className="break-words whitespace-pre-wrap">{note}</p>}
      <p className="text-xs text-ink-muted">{notedAt === null ? 'Nothing was noted.' : `Noted by ${notedByName} on ${formatDateTime(notedAt)}`}</p>
    </div>
  )
}

function NoteEditor({ reviewId, found, onSaved, onConflict }: CaseNoteCardProps) {
  const [saver] = useState(
    () =>
      new NoteSaver({
        saved: found,
        key: `flightdeck:review:${reviewId}:${found.position}`,
        store: typeof sessionStorage === 'undefined' ? null : sessionStorage,
        send: async (note) => {
          const noted = await noteCase(reviewId, found.position, note)
          onSaved(noted)
          return noted
        },
      }),
  )
  const state = useSyncExternalStore(saver.subscribe, saver.snapshot, saver.snapshot)
  useSavedBeforeLeaving(saver, state)
  const conflicted = useEffectEvent(onConflict)
  useEffect(() => {
    if (state.status === 'conflict') conflicted()
  }, [state.status])
  const choose = (verdict: CaseVerdict) => saver.change({ verdict: state.verdict === verdict ? null : verdict })
  useSingleKey('1', () => choose('in-order'))
  useSingleKey('2', () => choose('concern'))
  const verdictId = useId()
  return (
    <div className="grid gap-4">
      <div role="group" aria-labelledby={verdictId} className="grid gap-1">
        <p id={verdictId} className="text-sm font-medium">Verdict</p>
        <div className="flex flex-wrap gap-2">
          {CASE_VERDICTS.map((verdict) => (
            <Button key={verdict} aria-pressed={state.verdict === verdict} variant={state.verdict === verdict ? 'primary' : 'secondary'} onClick={() => choose(verdict)}>
              {state.verdict === verdict ? null : <StatusIcon state={VERDICT_WORDS[verdict].state} />}
              {VERDICT_WORDS[verdict].label}
            </Button>
          ))}
        </div>
      </div>
      <Field label="Note" hint="Saved while you type. Every wording that was saved stays in the audit chain.">
        {(control) => (
          <Textarea {...control} rows={6} maxLength={LONGEST_NOTE} value={state.note} onChange={(event) => saver.change({ note: event.target.value })} onBlur={() => void saver.flush()} />
        )}
      </Field>
      <SaveState state={state} found={found} onRetry={() => void saver.flush()} onOverwrite={() => void saver.flush({ overwrite: true })} />
    </div>
  )
}

function SaveState({ state, found, onRetry, onOverwrite }: { state: NoteState; found: Noted; onRetry: () => void; onOverwrite: () => void }) {
  if (state.status === 'failed') {
    return (
      <Callout state="problem" title="Not saved" role="alert" actions={<Button size="small" onClick={onRetry}>Save again</Button>}>
        {state.failure} Your text is kept here.
      </Callout>
    )
  }
  if (state.status === 'conflict') {
    return (
      <Callout state="attention" title="Not saved: noted elsewhere meanwhile" role="alert" actions={<Button size="small" onClick={onOverwrite}>Save mine over it</Button>}>
        <Note found={found} />
      </Callout>
    )
  }
  const words = { saved: state.notedAt === null ? 'Nothing noted yet' : `Saved ${formatDateTime(state.notedAt)}`, waiting: 'Not saved yet', saving: 'Saving' }[state.status]
  return <p role="status" className="text-xs text-ink-muted">{words}</p>
}

/** On the way to another case or page what waits is saved; the browser asks before a window with unsaved text closes. */
function useSavedBeforeLeaving(saver: NoteSaver, state: NoteState): void {
  const isSaved = state.status === 'saved'
  useEffect(() => () => void saver.flush(), [saver])
  useEffect(() => {
    const again = () => void saver.flush()
    window.addEventListener('online', again)
    return () => window.removeEventListener('online', again)
  }, [saver])
  useEffect(() => {
    if (isSaved) return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [isSaved])
}
