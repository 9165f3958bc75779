// What the drift page shows, on real data windows, against ../shared/models/stats/drift-*.json: the reference in a
// version, the current rows as hourly profiles in a database, read back by the page's own query.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '@/lib/database'
import { openTestDatabase } from '@/lib/database/testing'
import { categoryColumn, numberColumn, type ProfileRow, type ProfileShape } from '@/lib/math/profile'
import { expectClose, isSharedPresent, needsShared, sharedJson, sharedText } from '@/lib/math/testing'
import { HOUR_MS } from '@/lib/platform/clock'
import { FIELDS, insertHour, insertServedModel } from '../testing/fixture'
import { driftOf } from './drift'
import { watchedVersions } from './subjects'

interface Distances {
  psi: number
  jensenShannonDistanceBase2: number
}
type Bounds = [number, number]
interface GoldenWindow {
  by: string
  reference: Bounds
  current: Bounds
  currentRows: number
  numeric: Record<string, { quantile10: Distances }>
  categorical: Record<string, Distances & { newInCurrent: string[] }>
}
type Row = Record<string, string>

const START = Date.parse('2026-06-01T00:00:00Z')
const HOURS = 24 * 5

function readCsv(path: string): Row[] {
  const [head = '', ...lines] = sharedText(path).trim().split(/\r?\n/)
  const names = head.split(',')
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, i) => [names[i] ?? '', cell])))
}

function within(rows: Row[], by: string, [from, to]: Bounds): Row[] {
  return rows.filter((row) => Number(row[by]) >= from && Number(row[by]) < to)
}

describe.skipIf(!isSharedPresent)(`drift page on real windows ${needsShared}`, () => {
  let db: Database
  beforeAll(async () => {
    db = await openTestDatabase('sqlite')
  })
  afterAll(() => db.close())

  it.each(['bike', 'taiwan'])('%s', async (name) => {
    const golden = sharedJson<{ data: string; windows: Record<string, GoldenWindow> }>(`models/stats/drift-${name}.json`)
    const rows = readCsv(`data/${golden.data}`)
    for (const [index, window] of Object.values(golden.windows).entries()) {
      const numbers = Object.keys(window.numeric)
      const categories = Object.keys(window.categorical)
      const valuesOf = (row: Row): ProfileRow => [
        ...numbers.map((column) => (row[column] ? Number(row[column]) : null)),
        ...categories.map((column) => row[column] ?? ''),
        null,
      ]
      const reference = within(rows, window.by, window.reference).map(valuesOf)
      const shape: ProfileShape = [
        ...numbers.map((column, i) => numberColumn(column, reference.map((row) => row[i]))),
        ...categories.map((column, i) => categoryColumn(column, reference.map((row) => row[numbers.length + i]))),
        numberColumn('score', []),
      ]
      const template = FIELDS[0]
      if (!template) throw new Error('no field')
      const fields = [...numbers, ...categories].map((column) => ({ ...template, name: column, displayName: column }))
      const fixture = await insertServedModel(db, { slug: `${name}-${index}`, reference, shape, fields })
      const current = within(rows, window.by, window.current).map(valuesOf)
      expect(current).toHaveLength(window.currentRows)
      const anHour = Math.ceil(current.length / HOURS)
      for (let hour = 0; hour * anHour < current.length; hour++) {
        await insertHour(db, fixture, START + hour * HOUR_MS, current.slice(hour * anHour, (hour + 1) * anHour))
      }
      const version = (await watchedVersions(db, [fixture.versionId])).get(fixture.versionId)
      if (!version) throw new Error('no version')
      const report = await driftOf(db, {
        version, environment: 'production', window: { from: START, to: START + HOURS * HOUR_MS }, bucketMs: 24 * HOUR_MS,
        spanHours: HOURS, limit: { measure: 'psi', value: 0.2 },
      })
      const shown = new Map(report?.fields.map((field) => [field.field, field]))
      for (const column of numbers) {
        const expected = window.numeric[column]?.quantile10
        expectClose(shown.get(column)?.psi ?? null, expected?.psi ?? NaN, 1e-9, `${column} psi`)
        expectClose(shown.get(column)?.jensenShannon ?? null, expected?.jensenShannonDistanceBase2 ?? NaN, 1e-9, `${column} JS`)
        expectClose(shown.get(column)?.series.at(-1)?.psi ?? null, expected?.psi ?? NaN, 1e-9, `${column} last point`)
      }
      for (const column of categories) {
        const expected = window.categorical[column]
        expectClose(shown.get(column)?.jensenShannon ?? null, expected?.jensenShannonDistanceBase2 ?? NaN, 1e-9, `${column} JS`)
        // Several new categories are one here, "not seen in the reference", and several in the golden file.
        if ((expected?.newInCurrent.length ?? 0) <= 1) expectClose(shown.get(column)?.psi ?? null, expected?.psi ?? NaN, 1e-9, `${column} psi`)
      }
    }
  })
})
