// Saves a case's verdict and note while the auditor works, one write after the other, and loses no text: what is not
// saved yet is kept in the browser's session too, so that it survives a reload.
import { ApiError } from '@/lib/access/client'
import type { CaseNote, CaseVerdict } from '@/lib/evidence/contract'

export interface SavedNote {
  verdict: CaseVerdict | null
  note: string
  notedAt: number | null
}

export interface NoteState {
  verdict: CaseVerdict | null
  note: string
  status: 'saved' | 'waiting' | 'saving' | 'failed' | 'conflict'
  /** Why it is not saved; null otherwise. */
  failure: string | null
  notedAt: number | null
}

/** The part of sessionStorage that is needed. */
export type DraftStore = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

export interface NoteSaverOptions {
  saved: SavedNote
  key: string
  store: DraftStore | null
  send: (note: CaseNote) => Promise<SavedNote>
  onSaved?: (saved: SavedNote) => void
  delayMs?: number
}

const DELAY_MS = 1500

export class NoteSaver {
  private state: NoteState
  private saved: SavedNote
  private timer: ReturnType<typeof setTimeout> | undefined
  private isSending = false
  private readonly listeners = new Set<() => void>()

  constructor(private readonly options: NoteSaverOptions) {
    this.saved = options.saved
    const draft = this.readDraft()
    this.state = { ...options.saved, status: 'saved', failure: null }
    if (draft && (draft.note !== options.saved.note || draft.verdict !== options.saved.verdict)) {
      const { seenAt, ...own } = draft
      const isConflict = seenAt !== options.saved.notedAt
      this.state = { ...this.state, ...own, status: isConflict ? 'conflict' : 'waiting', failure: isConflict ? 'This case was noted elsewhere while your text waited here.' : null }
      if (!isConflict) this.schedule(0)
    }
  }

  readonly snapshot = (): NoteState => this.state

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** A verdict is saved at once, typing when it pauses. */
  change(part: Partial<Pick<NoteState, 'verdict' | 'note'>>): void {
    this.show({ ...this.state, ...part, status: this.state.status === 'conflict' ? 'conflict' : 'waiting' })
    this.keepDraft()
    if (this.state.status !== 'conflict') this.schedule(part.verdict === undefined ? (this.options.delayMs ?? DELAY_MS) : 0)
  }

  /** Saves what waits, now. With `overwrite`, over what somebody else noted meanwhile. */
  async flush({ overwrite = false } = {}): Promise<void> {
    clearTimeout(this.timer)
    const { verdict, note } = this.state
    if (this.isSending || (this.state.status === 'conflict' && !overwrite)) return
    if (verdict === this.saved.verdict && note === this.saved.note) {
      this.forgetDraft()
      this.show({ ...this.state, status: 'saved', failure: null })
      return
    }
    this.isSending = true
    this.show({ ...this.state, status: 'saving', failure: null })
    try {
      this.saved = await this.options.send({ verdict, note, ...(overwrite ? {} : { seenAt: this.saved.notedAt }) })
      this.isSending = false
      this.options.onSaved?.(this.saved)
      this.show({ ...this.state, status: 'waiting', notedAt: this.saved.notedAt })
      // What was typed meanwhile is next; otherwise this only says that all is saved.
      await this.flush()
    } catch (error) {
      this.isSending = false
      const isConflict = error instanceof ApiError && error.code === 'case_noted_meanwhile'
      this.show({ ...this.state, status: isConflict ? 'conflict' : 'failed', failure: error instanceof Error ? error.message : 'It could not be saved.' })
    }
  }

  private schedule(delayMs: number): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.flush(), delayMs)
  }

  private show(state: NoteState): void {
    this.state = state
    for (const listener of this.listeners) listener()
  }

  private readDraft(): { verdict: CaseVerdict | null; note: string; seenAt: number | null } | null {
    try {
      const text = this.options.store?.getItem(this.options.key)
      if (!text) return null
      return JSON.parse(text) as { verdict: CaseVerdict | null; note: string; seenAt: number | null }
    } catch {
      return null
    }
  }

  private keepDraft(): void {
    const { verdict, note } = this.state
    try {
      this.options.store?.setItem(this.options.key, JSON.stringify({ verdict, note, seenAt: this.saved.notedAt }))
    } catch {
      // Without storage the text is kept on the page alone.
    }
  }

  private forgetDraft(): void {
    try {
      this.options.store?.removeItem(this.options.key)
    } catch {
      // See above.
    }
  }
}
