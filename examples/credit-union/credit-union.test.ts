import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { accuracy, auc, confusion } from '@/lib/math/metrics'
import { REPLAY_START, daysOf, weekdayOf, weeks } from '../calendar'
import { exampleFile, openModel, readMetadata, readReference, shareWhere } from '../model-session'
import { applications, lendingResult, readCases } from './simulator'

const cases = readCases(readFileSync(exampleFile('credit-union', 'data.csv'), 'utf8'))
const unseen = cases.filter(({ part }) => part === 'unseen')

describe.each(['v1', 'v2', 'v3'])('credit-risk %s', (version) => {
  it('ranks the reference rows better than chance', async () => {
    const model = await openModel('credit-union', version)
    const rows = readReference('credit-union', version)
    const scores = await model.score(rows)
    expect([...model.inputNames].sort()).toEqual([...readMetadata('credit-union', version).featureOrder].sort())
    expect(model.inputNames).toHaveLength(20)
    expect(scores.every((score) => score > 0 && score < 1)).toBe(true)
    expect(auc({ y: rows.map((row) => Number(row['target'])), score: scores })).toBeGreaterThan(0.78)
  })

  it('reproduces the held-out metrics it was registered with on the cases it has not seen', async () => {
    const { lineage, decision } = readMetadata('credit-union', version)
    const scored = {
      y: unseen.map(({ isDefault }) => Number(isDefault)),
      score: await (await openModel('credit-union', version)).score(unseen.map(({ fields }) => fields)),
    }
    expect(unseen).toHaveLength(lineage.metrics['heldOutRows'] ?? 0)
    expect(auc(scored)).toBeCloseTo(lineage.metrics['auc'] ?? 0, 3)
    expect(accuracy(confusion(scored, decision?.threshold))).toBeCloseTo(lineage.metrics['accuracy'] ?? 0, 3)
  })

  it('says in words each category the data has', () => {
    const { fields, lineage } = readMetadata('credit-union', version)
    for (const [name, { categories }] of Object.entries(fields)) {
      if (!categories) continue
      expect(new Set(Object.keys(categories)), name).toEqual(new Set(cases.map((one) => String(one.fields[name]))))
    }
    expect(cases).toHaveLength(lineage.rows + unseen.length)
  })
})

describe('the queue of applications', () => {
  it('gives the same applications for the same day, and others for another seed', () => {
    expect(applications(REPLAY_START, cases)).toEqual(applications(REPLAY_START, cases))
    expect(applications(REPLAY_START, cases)).not.toEqual(applications(REPLAY_START, cases, { seed: 1 }))
  })

  it('draws only cases the models have not seen, with the outcome on record', () => {
    const received = daysOf(weeks(0, 6)).flatMap((day) => applications(day, cases))
    for (const { csvRow, fields, outcome, at } of received) {
      expect(cases[csvRow]).toMatchObject({ part: 'unseen', fields, isDefault: outcome.isDefault })
      expect(outcome.knownAt).toBeGreaterThan(at)
    }
    expect(new Set(received.map(({ id }) => id)).size).toBe(received.length)
    expect(new Set(received.map(({ subject }) => subject)).size).toBe(received.length)
    expect(received.length / 30).toBeGreaterThan(22)
    expect(received.length / 30).toBeLessThan(30)
    expect(shareWhere(received, ({ at }) => weekdayOf(at) % 6 === 0)).toBeLessThan(0.08)
    expect(shareWhere(received, ({ outcome }) => outcome.isDefault)).toBeCloseTo(0.3, 1)
  })

  it('takes applications at the counter while it is open, the others on the web page', () => {
    const received = daysOf(weeks(0, 6)).flatMap((day) => applications(day, cases))
    const isOpen = (at: number) => weekdayOf(at) % 6 !== 0 && new Date(at).getUTCHours() >= 9 && new Date(at).getUTCHours() < 17
    expect(received.every(({ channel, at }) => channel === 'web' || isOpen(at))).toBe(true)
    expect(shareWhere(received, ({ channel }) => channel === 'web')).toBeCloseTo(0.29, 1)
  })

  it('earns on loans that are paid back and loses on those that are not', () => {
    const received = daysOf(weeks(0, 2)).flatMap((day) => applications(day, cases))
    for (const application of received) {
      expect(lendingResult(application, false)).toBe(0)
      expect(Math.sign(lendingResult(application, true))).toBe(application.outcome.isDefault ? -1 : 1)
    }
  })
})
