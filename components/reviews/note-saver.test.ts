import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ApiError } from '@/lib/access/client'
import type { CaseNote } from '@/lib/evidence/contract'
import { NoteSaver, type SavedNote } from './note-saver'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function storage(): Storage & { kept: Map<string, string> } {
  const kept = new Map<string, string>()
  return { kept, getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, text: string) => void kept.set(key, text), removeItem: (key: string) => void kept.delete(key) } as Storage & { kept: Map<string, string> }
}

const NOTHING: SavedNote = { verdict: null, note: '', notedAt: null }

function saverWith(answer: (note: CaseNote, call: number) => Promise<SavedNote>, saved = NOTHING, store = storage()) {
  const sent: CaseNote[] = []
  const saver = new NoteSaver({ saved, key: 'k', store, send: (note) => (sent.push(note), answer(note, sent.length)), delayMs: 1000 })
  return { saver, sent, store }
}

const accept = ({ verdict, note }: CaseNote, call: number) => Promise.resolve({ verdict, note, notedAt: call })

describe('saving notes', () => {
  it('waits for a pause in typing, and saves a verdict at once', async () => {
    const { saver, sent, store } = saverWith(accept)
    saver.change({ note: 'a' })
    await vi.advanceTimersByTimeAsync(900)
    saver.change({ note: 'ab' })
    await vi.advanceTimersByTimeAsync(900)
    expect(sent).toEqual([])
    expect(store.kept.get('k')).toContain('ab')
    await vi.advanceTimersByTimeAsync(200)
    expect(sent).toEqual([{ verdict: null, note: 'ab', seenAt: null }])
    expect(saver.snapshot()).toMatchObject({ status: 'saved', notedAt: 1 })
    expect(store.kept.size).toBe(0)
    saver.change({ verdict: 'concern' })
    await vi.advanceTimersByTimeAsync(0)
    expect(sent[1]).toEqual({ verdict: 'concern', note: 'ab', seenAt: 1 })
  })

  it('sends one write after the other, and what was typed meanwhile next', async () => {
    let finish: (() => void) | undefined
    const { saver, sent } = saverWith(({ verdict, note }, call) => (call === 1 ? new Promise((resolve) => (finish = () => resolve({ verdict, note, notedAt: 1 }))) : accept({ verdict, note }, call)))
    saver.change({ note: 'first' })
    await vi.advanceTimersByTimeAsync(1000)
    saver.change({ note: 'first and more' })
    await vi.advanceTimersByTimeAsync(5000)
    expect(sent).toHaveLength(1)
    finish?.()
    await vi.advanceTimersByTimeAsync(0)
    expect(sent[1]).toEqual({ verdict: null, note: 'first and more', seenAt: 1 })
    expect(saver.snapshot()).toMatchObject({ status: 'saved', note: 'first and more' })
  })

  it('keeps the text when saving fails, and saves it on the next try', async () => {
    const { saver, sent, store } = saverWith((note, call) => (call === 1 ? Promise.reject(new ApiError(0, 'unreachable', 'Flightdeck cannot be reached.', [], undefined)) : accept(note, call)))
    saver.change({ note: 'long text' })
    await vi.advanceTimersByTimeAsync(1000)
    expect(saver.snapshot()).toMatchObject({ status: 'failed', note: 'long text', failure: 'Flightdeck cannot be reached.' })
    expect(store.kept.get('k')).toContain('long text')
    await saver.flush()
    expect(sent).toHaveLength(2)
    expect(saver.snapshot().status).toBe('saved')
    expect(store.kept.size).toBe(0)
  })

  it('finds after a reload what was not saved, and saves it', async () => {
    const store = storage()
    store.setItem('k', JSON.stringify({ verdict: 'concern', note: 'typed before the reload', seenAt: null }))
    const { saver, sent } = saverWith(accept, NOTHING, store)
    expect(saver.snapshot()).toMatchObject({ verdict: 'concern', note: 'typed before the reload', status: 'waiting' })
    await vi.advanceTimersByTimeAsync(0)
    expect(sent).toHaveLength(1)
    store.setItem('k', JSON.stringify({ verdict: null, note: 'older than theirs', seenAt: null }))
    const late = saverWith(accept, { verdict: 'concern', note: 'theirs', notedAt: 7 }, store)
    await vi.advanceTimersByTimeAsync(5000)
    expect(late.sent).toEqual([])
    expect(late.saver.snapshot()).toMatchObject({ note: 'older than theirs', status: 'conflict' })
    store.setItem('k', 'not JSON')
    expect(saverWith(accept, NOTHING, store).saver.snapshot()).toMatchObject({ note: '', status: 'saved' })
  })

  it('overwrites nobody unless told to, and goes on typing meanwhile', async () => {
    const { saver, sent } = saverWith((note, call) => (call === 1 ? Promise.reject(new ApiError(409, 'case_noted_meanwhile', 'Cora has noted this case meanwhile.', [], undefined)) : accept(note, call)))
    saver.change({ verdict: 'in-order' })
    await vi.advanceTimersByTimeAsync(0)
    expect(saver.snapshot().status).toBe('conflict')
    saver.change({ note: 'mine' })
    await vi.advanceTimersByTimeAsync(5000)
    await saver.flush()
    expect(sent).toHaveLength(1)
    await saver.flush({ overwrite: true })
    expect(sent[1]).toEqual({ verdict: 'in-order', note: 'mine' })
    expect(saver.snapshot().status).toBe('saved')
  })

  it('sends nothing for what is as it was', async () => {
    const { saver, sent } = saverWith(accept, { verdict: 'concern', note: 'x', notedAt: 5 })
    saver.change({ note: 'xy' })
    saver.change({ note: 'x' })
    await vi.advanceTimersByTimeAsync(2000)
    expect(sent).toEqual([])
    expect(saver.snapshot().status).toBe('saved')
  })
})
