import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Field, Signature } from '@/lib/registry/contract'
import type { GateEvidence, Promotion, Release, ReleasedVersion } from '../contract'
import {
  approvalRefusal,
  approvalsGiven,
  approvalsMissing,
  armsOf,
  cancelRefusal,
  decisionRefusal,
  metricThreshold,
  referenceRowsAnswered,
  rollbackTarget,
  sameArms,
  signatureCompatible,
} from '.'

const people = fc.constantFrom('ana', 'ben', 'cleo', 'dora')
const approvals = fc.array(
  fc.record({ id: fc.uuid(), userId: people, userName: people, decision: fc.constantFrom('approve' as const, 'reject' as const), comment: fc.string(), at: fc.nat() }),
)
const statuses = fc.constantFrom('pending' as const, 'approved' as const, 'rejected' as const, 'cancelled' as const)
const promotions = fc.record({
  status: statuses,
  environment: fc.constant('production'),
  requestedBy: people,
  requestedByName: fc.constant('Ana'),
  requiredApprovals: fc.nat(3),
  approvals,
  gates: fc.array(
    fc.record({
      id: fc.uuid(), at: fc.nat(), gate: fc.constant('signature-compatible' as const), sentence: fc.string(),
      verdict: fc.constantFrom('passed' as const, 'warning' as const, 'failed' as const), evidence: fc.constant<GateEvidence>({ figures: [] }),
    }),
    { maxLength: 3 },
  ),
})

describe('who may decide', () => {
  it('never the requester, never twice, never after the end, never with a failed gate', () => {
    fc.assert(
      fc.property(promotions, people, (promotion, personId) => {
        const facts = { personId, comparedWith: null, champion: null }
        const isFree =
          promotion.status === 'pending' &&
          promotion.requestedBy !== personId &&
          !promotion.approvals.some((approval) => approval.userId === personId)
        expect(decisionRefusal(promotion, personId) === null).toBe(isFree)
        const hasFailed = promotion.gates.some((result) => result.verdict === 'failed')
        expect(approvalRefusal(promotion, facts) === null).toBe(isFree && !hasFailed)
      }),
      { numRuns: 2000 },
    )
  })

  it('counts other people once each', () => {
    fc.assert(
      fc.property(promotions, (promotion) => {
        const counted = approvalsGiven(promotion)
        expect(counted).toBeLessThanOrEqual(3)
        const more = { ...promotion, approvals: [...promotion.approvals, { id: 'x', userId: promotion.requestedBy, userName: '', decision: 'approve' as const, comment: '', at: 0 }] }
        expect(approvalsGiven(more)).toBe(counted)
        expect(approvalsGiven({ ...promotion, approvals: [...promotion.approvals, ...promotion.approvals] })).toBe(counted)
        expect(approvalsMissing(promotion)).toBe(Math.max(0, promotion.requiredApprovals - counted))
      }),
    )
  })

  it('lets the requester or an administrator cancel while it waits', () => {
    const promotion = { status: 'pending', requestedBy: 'ana', requestedByName: 'Ana', approvals: [] } satisfies Partial<Promotion>
    expect(cancelRefusal(promotion, { id: 'ana', isAdmin: false })).toBeNull()
    expect(cancelRefusal(promotion, { id: 'ben', isAdmin: true })).toBeNull()
    expect(cancelRefusal(promotion, { id: 'ben', isAdmin: false })).toMatchObject({ kind: 'forbidden' })
    expect(cancelRefusal({ ...promotion, status: 'approved' }, { id: 'ana', isAdmin: true })).toMatchObject({ code: 'promotion_already_decided' })
  })

  it('holds evidence against the champion it was made with', () => {
    const promotion = { status: 'pending', environment: 'production', requestedBy: 'ana', requestedByName: 'Ana', approvals: [], gates: [] } satisfies Partial<Promotion>
    const one = { versionId: 'v1', versionNumber: 1 }
    const two = { versionId: 'v2', versionNumber: 2 }
    expect(approvalRefusal(promotion, { personId: 'ben', comparedWith: one, champion: one })).toBeNull()
    expect(approvalRefusal(promotion, { personId: 'ben', comparedWith: null, champion: one })?.message).toContain('compares with nothing, but version 1')
    expect(approvalRefusal(promotion, { personId: 'ben', comparedWith: one, champion: two })).toMatchObject({ code: 'evidence_outdated' })
  })
})

describe('arms', () => {
  it('share all of the traffic, with one champion', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9999 }), people, fc.option(people, { nil: undefined }), (shareBasisPoints, version, champion) => {
        const arms = armsOf({ strategy: 'canary', shareBasisPoints }, version, champion)
        expect(arms.reduce((sum, arm) => sum + arm.shareBasisPoints, 0)).toBe(10_000)
        expect(arms.filter((arm) => arm.role === 'champion')).toHaveLength(1)
        expect(new Set(arms.map((arm) => arm.versionId)).size).toBe(arms.length)
        if (champion !== undefined && champion !== version) {
          expect(arms).toContainEqual({ versionId: version, role: 'challenger', shareBasisPoints })
        }
        expect(sameArms(arms, [...arms].reverse())).toBe(true)
        expect(sameArms(arms, armsOf({ strategy: 'all-at-once' }, version, champion))).toBe(arms.length === 1)
      }),
    )
  })

  it('roll back goes strictly back until nothing earlier is left, and never forward', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 8 }), (order) => {
        const history = order.filter((version, index) => version !== order[index - 1])
        let releases = history.map((versionId, index): Past => ({ versionId, sequence: index + 1, origin: null }))
        const origins: number[] = []
        for (let step = 0; step < 10; step++) {
          const present = releases.at(-1)
          if (!present) throw new Error('there is a release')
          const target = rollbackTarget(
            { rollbackToSequence: present.origin, arms: [{ versionId: present.versionId, versionNumber: 1, role: 'champion', shareBasisPoints: 10_000 }] },
            earlierOf(releases),
          )
          if (!target) break
          expect(target.versionId).not.toBe(present.versionId)
          origins.push(target.promotedIn.sequence)
          releases = [...releases, { versionId: target.versionId, sequence: releases.length + 1, origin: target.promotedIn.sequence }]
        }
        expect(origins).toEqual([...origins].sort((a, b) => b - a))
        expect(new Set(origins).size).toBe(origins.length)
        if (new Set(history).size > 1) expect(origins[0]).toBe(history.length - 1)
      }),
    )
  })
})

interface Past {
  versionId: string
  sequence: number
  origin: number | null
}

/** As versionsReleasedBefore finds them. */
function earlierOf(releases: readonly Past[]): ReleasedVersion[] {
  const present = releases.at(-1)?.versionId
  const ids = [...new Set(releases.map((release) => release.versionId))].filter((id) => id !== present)
  return ids.map((versionId) => {
    const own = releases.filter((release) => release.versionId === versionId)
    const promoted = own.filter((release) => release.origin === null)
    return {
      versionId, versionNumber: 1, sequence: own.at(-1)?.sequence ?? 0, startedAt: 0, endedAt: 0,
      promotedIn: { releaseId: versionId, sequence: promoted.at(-1)?.sequence ?? 0 },
    }
  })
}

const age: Field = {
  name: 'age', type: 'number', tensor: 'x', column: 0, mayBeMissing: true, displayName: 'Age', isSensitive: false, isActionable: false, isRequired: false, isClosed: false,
}
const housing: Field = { ...age, name: 'housing', displayName: 'housing', type: 'category', categories: ['own', 'rent'], column: 1 }
type Takes = Pick<Signature, 'fields' | 'task' | 'classes' | 'positiveClass' | 'scoreMeaning' | 'scoreUnit'>
const champion: Takes = { fields: [age, housing], task: 'binary', classes: ['good', 'bad'], positiveClass: 'bad', scoreMeaning: 'probability of default' }

describe('signature compatibility', () => {
  const withFields = (...fields: Field[]): Takes => ({ ...champion, fields })

  it.each<[string, Takes, 'passed' | 'warning' | 'failed', string]>([
    ['the same', champion, 'passed', 'the same 2 fields'],
    ['other order', withFields(housing, age), 'passed', 'the same 2 fields'],
    ['a field less', withFields(age), 'warning', 'housing is sent by callers, and the candidate ignores it.'],
    ['a field more that may be missing', withFields(age, housing, { ...age, name: 'income' }), 'warning', 'may be missing'],
    ['a field more that must be there', withFields(age, housing, { ...age, name: 'income', displayName: 'Income', mayBeMissing: false }), 'failed', 'Income (income) is required by the candidate, and no caller sends it.'],
    ['number to whole number', withFields({ ...age, type: 'integer' }, housing), 'warning', 'becomes a whole number'],
    ['number to category', withFields({ ...age, type: 'category' }, housing), 'failed', 'was a number and becomes a category'],
    ['now required', withFields({ ...age, isRequired: true }, housing), 'warning', 'may not be missing'],
    ['narrower', withFields({ ...age, max: 90 }, housing), 'warning', 'at most 90'],
    ['fewer categories', withFields(age, { ...housing, categories: ['own'] }), 'warning', 'rent'],
    ['fewer categories, closed', withFields(age, { ...housing, categories: ['own'], isClosed: true }), 'failed', 'refuses values that callers may send: rent'],
    ['another task', { ...champion, task: 'regression' }, 'failed', 'regression'],
    ['another positive class', { ...champion, positiveClass: 'good' }, 'failed', 'would be that of good'],
    ['other classes', { ...champion, classes: ['good', 'awful'] }, 'failed', 'awful'],
    ['another meaning', { ...champion, scoreMeaning: 'probability of delay' }, 'warning', 'probability of delay'],
  ])('%s', (_, candidate, verdict, words) => {
    const found = signatureCompatible(champion, candidate)
    expect(found.verdict).toBe(verdict)
    expect([found.sentence, ...(found.evidence.details ?? [])].join(' ')).toContain(words)
  })

  it('passes where nothing serves yet', () => {
    expect(signatureCompatible(null, champion).verdict).toBe('passed')
  })

  it('looks at what callers left out of late where the candidate requires it', () => {
    const candidate = withFields({ ...age, isRequired: true, mayBeMissing: false }, housing)
    const optional = withFields({ ...age, isRequired: false, mayBeMissing: true }, housing)
    const calls = (missing: number) => ({ days: 30, rows: 200, missing: { age: missing, housing: 0 } })
    expect(signatureCompatible(optional, candidate, calls(3))).toMatchObject({ verdict: 'failed', sentence: expect.stringContaining('3 of 200 rows of the last 30 days left it out') })
    expect(signatureCompatible(optional, candidate, calls(0))).toMatchObject({ verdict: 'warning', sentence: expect.stringContaining('no caller left it out of late') })
    expect(signatureCompatible(optional, candidate, null)).toMatchObject({ verdict: 'warning' })
  })

  it('widening alone never breaks a call', () => {
    expect(signatureCompatible(withFields({ ...age, type: 'integer', min: 0 }, { ...housing, isRequired: true }), withFields(age, { ...housing, type: 'text', categories: undefined })).verdict).toBe('passed')
  })
})

describe('figures against limits', () => {
  const figure = (value: number) => ({ value, source: 'stated by the training run' as const })
  it('compares in the direction asked, limits included', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), fc.double({ noNaN: true, min: -1e6, max: 1e6 }), (value, limit) => {
        const least = metricThreshold({ gate: 'metric-threshold', metric: 'auc', comparison: 'at-least', value: limit }, figure(value), undefined)
        const most = metricThreshold({ gate: 'metric-threshold', metric: 'auc', comparison: 'at-most', value: limit }, figure(value), undefined)
        expect(least.verdict).toBe(value >= limit ? 'passed' : 'failed')
        expect(most.verdict).toBe(value <= limit ? 'passed' : 'failed')
      }),
    )
  })

  it('fails what has no figure', () => {
    const said = (value: number) => metricThreshold({ gate: 'metric-threshold', metric: 'auc', comparison: 'at-least', value: 0.75 }, figure(value), undefined).sentence
    expect(said(0.910812)).toBe('AUC is 0.911; it must be at least 0.75.')
    // Rounded further it would read as good enough.
    expect(said(0.74996)).toBe('AUC is 0.74996; it must be at least 0.75.')
    const rule = { gate: 'metric-threshold' as const, metric: 'auc', comparison: 'at-most' as const, value: 1 }
    expect(metricThreshold(rule, undefined, figure(0.5)).verdict).toBe('failed')
    expect(metricThreshold(rule, figure(NaN), figure(0.5)).verdict).toBe('failed')
  })

  it('wants an answer to every reference row', () => {
    expect(referenceRowsAnswered(null).verdict).toBe('warning')
    expect(referenceRowsAnswered({ rowsOf: 'champion', rows: 5, unanswered: [] }).verdict).toBe('passed')
    expect(referenceRowsAnswered({ rowsOf: 'champion', rows: 5, unanswered: [{ row: 3, reason: 'age must be a number.' }] })).toMatchObject({
      verdict: 'failed',
      evidence: { details: ['Row 4: age must be a number.'] },
    })
  })
})

describe('present release', () => {
  it('keeps its challengers out of a roll back without a choice', () => {
    const arms: Release['arms'] = [
      { versionId: 'v1', versionNumber: 1, role: 'champion', shareBasisPoints: 9000 },
      { versionId: 'v2', versionNumber: 2, role: 'challenger', shareBasisPoints: 1000 },
    ]
    const earlier: ReleasedVersion[] = [
      { versionId: 'v0', versionNumber: 9, sequence: 4, startedAt: 0, endedAt: 0, promotedIn: { releaseId: 'r4', sequence: 4 } },
      { versionId: 'v1', versionNumber: 1, sequence: 5, startedAt: 0, endedAt: null, promotedIn: { releaseId: 'r5', sequence: 5 } },
    ]
    expect(rollbackTarget({ rollbackToSequence: null, arms }, earlier)?.versionId).toBe('v1')
  })
})
