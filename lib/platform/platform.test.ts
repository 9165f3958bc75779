import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson, hashPassword, verifyPassword } from './crypto'
import { readEnvironment } from './environment'
import { isId, newId, timeOfId } from './ids'
import { eq } from 'drizzle-orm'
import { Mutex } from '../database/mutex'
import { openTestDatabase } from '../database/testing'
import { withoutParameters } from './logging'
import { problemOf } from './problems'
import { ProblemError } from './errors'

describe('environment', () => {
  it('names each wrong variable and says what it takes', () => {
    expect(() => readEnvironment({ PORT: 'eighty', DATABASE_URL: 'mysql://x' })).toThrow(/PORT.*DATABASE_URL: must start with postgres/)
    expect(() => readEnvironment({ FLIGHTDECK_DEMO: 'yes' })).toThrow(/FLIGHTDECK_DEMO/)
  })
  it('has defaults for all, and takes an empty variable as absent', () => {
    expect(readEnvironment({ PORT: '' })).toMatchObject({ port: 3000, host: '127.0.0.1', isDemo: true, publicUrl: 'http://127.0.0.1:3000' })
  })
})

describe('ids', () => {
  it('are UUIDv7, sort by the order they were made in and tell their time', () => {
    const at = Date.parse('2026-05-03T10:00:00.123Z')
    const ids = Array.from({ length: 10_000 }, () => newId(at))
    expect(ids.every(isId)).toBe(true)
    expect(ids.every((id) => id[14] === '7' && /[89ab]/.test(id[19] ?? ''))).toBe(true)
    expect([...ids].sort()).toEqual(ids)
    expect(new Set(ids).size).toBe(ids.length)
    expect(timeOfId(ids[0] ?? '')).toBe(at)
  })
  it('keep their time far from today', () => {
    for (const at of [0, 1, 2 ** 32 - 1, 2 ** 32, 2 ** 40]) expect(timeOfId(newId(at + 5000))).toBeGreaterThanOrEqual(at)
  })
})

describe('canonical JSON (RFC 8785)', () => {
  it('gives the same text whatever the order of members', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const turned = Object.fromEntries(Object.entries(value).reverse())
        expect(canonicalJson(turned)).toBe(canonicalJson(value))
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })
  it('sorts by UTF-16 code units and refuses what JSON has not', () => {
    expect(canonicalJson({ '\u{1f600}': 1, '\ufb33': 2, a: 1e21, b: undefined })).toBe('{"a":1e+21,"\u{1f600}":1,"\ufb33":2}')
    expect(() => canonicalJson(Number.NaN)).toThrow(RangeError)
  })
})

describe('passwords', () => {
  it('verify only the same text', async () => {
    const stored = await hashPassword('correct horse battery')
    expect(await verifyPassword('correct horse battery', stored)).toBe(true)
    expect(await verifyPassword('correct horse batterY', stored)).toBe(false)
    expect(await verifyPassword('x', 'not a hash')).toBe(false)
  })
})

describe('logs', () => {
  it('tell which query failed and none of its parameters', async () => {
    const db = await openTestDatabase('sqlite')
    const { missing } = db.tables((kit) => ({ missing: kit.table('missing', { subject: kit.text('subject') }) }))
    const failed = await db.select().from(missing).where(eq(missing.subject, 'Erika Mustermann')).then(
      () => undefined,
      (error: unknown) => error,
    )
    await db.close()
    expect(String(failed)).toContain('Erika')
    for (const error of [failed, new Error('outer', { cause: failed })]) {
      const written = JSON.stringify(withoutParameters(error))
      expect(written).not.toContain('Erika')
      expect(written).toMatch(/no such table: missing/)
    }
  })
})

describe('problem documents', () => {
  it('carry what a caller may know', () => {
    const { document } = problemOf(new ProblemError('conflict', 'Already decided.', { code: 'promotion_decided' }), 'r1')
    expect(document).toEqual({ type: '/docs/problems#promotion_decided', title: 'In conflict with the present state', status: 409, code: 'promotion_decided', detail: 'Already decided.', requestId: 'r1' })
  })
  it('hide the text of an unexpected error', () => {
    const { document } = problemOf(new Error('SQLITE_CORRUPT at /secret/path'), 'r2')
    expect(document.status).toBe(500)
    expect(JSON.stringify(document)).not.toContain('secret')
  })
})

describe('mutex', () => {
  it('runs one at a time in order, also after a failure', async () => {
    const mutex = new Mutex()
    const order: number[] = []
    const first = mutex.run(async () => {
      await Promise.resolve()
      order.push(1)
      throw new Error('first fails')
    })
    const second = mutex.run(async () => order.push(2))
    await expect(first).rejects.toThrow('first fails')
    await second
    expect(order).toEqual([1, 2])
  })
})
