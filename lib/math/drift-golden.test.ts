// Profiles and distances on real data windows against ../shared/models/stats/drift-*.json.
import { describe, expect, it } from 'vitest'
import {
  chi2Homogeneity,
  hellinger,
  jensenShannonDistance,
  ks2Samp,
  lInfinity,
  psi,
  psiTerms,
  shares,
  totalVariation,
  wasserstein1,
} from './distances'
import { categoryColumn, numberColumn, profileOf, type ProfileColumn, type ProfileRow } from './profile'
import { expectClose, expectSameP, isSharedPresent, needsShared, sharedJson, sharedText } from './testing'

interface Binned {
  referenceCounts: number[]
  currentCounts: number[]
  psi: number
  psiTerms: number[]
  jensenShannonDistanceBase2: number
  jensenShannonDistanceBaseE: number
  hellinger: number
  totalVariation: number
  lInfinity: number
}
interface Counted {
  referenceCount: number
  referenceMissing: number
  currentCount: number
  currentMissing: number
}
interface Numeric extends Counted {
  referenceMean: number
  currentMean: number
  referenceStdSample: number
  ks: { statistic: number; pScipyAsymp: number; pKolmogorovLimit: number }
  wasserstein1: { raw: number }
  quantile10: Binned & { edges: (number | string)[] }
}
interface Categorical extends Counted, Binned {
  categories: string[]
  newInCurrent: string[]
  chi2Homogeneity: { statistic: number; dof: number; p: number }
}
type Bounds = [string | number, string | number, number?]
interface Window {
  by: string
  reference: Bounds
  current: Bounds
  referenceRows: number
  currentRows: number
  numeric: Record<string, Numeric>
  categorical: Record<string, Categorical>
}

const months = 'January February March April May June July August September October November December'.split(' ')

/** The files quote nothing. Hotels get the arrival date the windows are cut by; NULL is a missing value. */
function readCsv(path: string): Record<string, string>[] {
  const [head = '', ...lines] = sharedText(path).trim().split(/\r?\n/)
  const names = head.split(',')
  return lines.map((line) => {
    const cells = line.split(',')
    const row: Record<string, string> = {}
    names.forEach((name, i) => {
      row[name] = cells[i] === 'NULL' || cells[i] === 'NA' ? '' : (cells[i] ?? '')
    })
    if (row.arrival_date_month === undefined) return row
    const month = String(months.indexOf(row.arrival_date_month) + 1).padStart(2, '0')
    row.arrival = `${row.arrival_date_year}-${month}-${(row.arrival_date_day_of_month ?? '').padStart(2, '0')}`
    return row
  })
}

function select(rows: Record<string, string>[], by: string, [from, to, first]: Bounds): Record<string, string>[] {
  const within = rows.filter((row) => {
    const cell = row[by] ?? ''
    const value = typeof from === 'number' ? Number(cell) : cell
    return value >= from && value < to
  })
  return within.slice(0, first)
}

const numberOf = (cell: string | undefined) => (cell ? Number(cell) : null)
const present = (values: (number | null)[]) => values.filter((value) => value !== null)

function expectBinned(p: Float64Array, q: Float64Array, expected: Binned, what: string): void {
  expectClose(psi(p, q), expected.psi, 1e-9, `${what} psi`)
  psiTerms(p, q).forEach((term, i) => expectClose(term, expected.psiTerms[i] ?? NaN, 1e-9, `${what} psi term ${i}`))
  expectClose(jensenShannonDistance(p, q, 2), expected.jensenShannonDistanceBase2, 1e-9, `${what} base 2`)
  expectClose(jensenShannonDistance(p, q, Math.E), expected.jensenShannonDistanceBaseE, 1e-9, `${what} base e`)
  expectClose(hellinger(p, q), expected.hellinger, 1e-9, `${what} hellinger`)
  expectClose(totalVariation(p, q), expected.totalVariation, 1e-9, `${what} total variation`)
  expectClose(lInfinity(p, q), expected.lInfinity, 1e-9, `${what} L infinity`)
}

describe.skipIf(!isSharedPresent)(`drift on real windows ${needsShared}`, () => {
  it.each(['hotel', 'bike', 'taiwan'])('%s', (name) => {
    const document = sharedJson<{ data: string; windows: Record<string, Window> }>(`models/stats/drift-${name}.json`)
    const rows = readCsv(`data/${document.data}`)
    for (const [title, window] of Object.entries(document.windows)) {
      const reference = select(rows, window.by, window.reference)
      const current = select(rows, window.by, window.current)
      expect([reference.length, current.length]).toEqual([window.referenceRows, window.currentRows])
      const numbers = Object.keys(window.numeric)
      const categories = Object.keys(window.categorical)
      const shape: ProfileColumn[] = [
        ...numbers.map((column) =>
          numberColumn(
            column,
            reference.map((row) => numberOf(row[column])),
          ),
        ),
        ...categories.map((column) =>
          categoryColumn(
            column,
            reference.map((row) => row[column]),
            1000,
          ),
        ),
      ]
      const valuesOf = (row: Record<string, string>): ProfileRow => [
        ...numbers.map((column) => numberOf(row[column])),
        ...categories.map((column) => row[column] ?? ''),
      ]
      const before = profileOf(shape, reference.map(valuesOf))
      const after = profileOf(shape, current.map(valuesOf))

      numbers.forEach((column, i) => {
        const what = `${title} ${column}`
        const expected = window.numeric[column] as Numeric
        const summary = before.summary(i)
        if (summary.kind !== 'number') throw new Error(`${column} is not a number column`)
        expect(summary.missing).toBe(expected.referenceMissing)
        expect(summary.count + summary.missing).toBe(expected.referenceCount)
        expectClose(summary.mean, expected.referenceMean, 1e-9, `${what} mean`)
        expectClose(Math.sqrt(summary.variance ?? NaN), expected.referenceStdSample, 1e-9, `${what} deviation`)
        expect(shape[i]).toMatchObject({ edges: expected.quantile10.edges.slice(1, -1) })
        expect(Array.from(before.counts(i))).toEqual(expected.quantile10.referenceCounts)
        expect(Array.from(after.counts(i))).toEqual(expected.quantile10.currentCounts)
        expectBinned(shares(before.counts(i)), shares(after.counts(i)), expected.quantile10, what)
        const a = present(reference.map((row) => numberOf(row[column])))
        const b = present(current.map((row) => numberOf(row[column])))
        const ks = ks2Samp(a, b)
        expectClose(ks.statistic, expected.ks.statistic, 1e-9, `${what} ks`)
        expectSameP(ks.pValue, expected.ks.pScipyAsymp, `${what} p`)
        expectSameP(ks.pValueLimit, expected.ks.pKolmogorovLimit, `${what} p limit`)
        expectClose(wasserstein1(a, b), expected.wasserstein1.raw, 1e-9, `${what} wasserstein`)
      })

      categories.forEach((column, i) => {
        const what = `${title} ${column}`
        const expected = window.categorical[column] as Categorical
        const summary = after.summary(numbers.length + i)
        if (summary.kind !== 'category') throw new Error(`${column} is not a category column`)
        expect(summary.missing).toBe(expected.currentMissing)
        const unseen = expected.currentCounts.reduce(
          (sum, count, k) => sum + (expected.referenceCounts[k] === 0 ? count : 0),
          0,
        )
        expect(summary.unseen, what).toBe(unseen)
        expectBinned(shares(expected.referenceCounts), shares(expected.currentCounts), expected, what)
        const test = chi2Homogeneity(expected.referenceCounts, expected.currentCounts)
        expectClose(test.statistic, expected.chi2Homogeneity.statistic, 1e-9, `${what} chi2`)
        expect(test.degreesOfFreedom).toBe(expected.chi2Homogeneity.dof)
        expectSameP(test.pValue, expected.chi2Homogeneity.p, `${what} chi2 p`)
        if (expected.newInCurrent.length > 1) return
        // With at most one new category, the profile's "unseen" is that category, and its distances are the file's.
        const p = shares(before.counts(numbers.length + i))
        const q = shares(after.counts(numbers.length + i))
        expectClose(psi(p, q), expected.psi, 1e-9, `${what} psi of profiles`)
        expectClose(
          jensenShannonDistance(p, q),
          expected.jensenShannonDistanceBase2,
          1e-9,
          `${what} base 2 of profiles`,
        )
      })
    }
  })
})
