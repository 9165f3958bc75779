// For the tests beside: golden values from tools/golden, reference values from ../shared where it is present.
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect } from 'vitest'
import golden from '../../tools/golden/numerics.json'

export { golden }

// Every run looks at the same cases.
fc.configureGlobal({ seed: 20_240_503 })

export function sharedPath(path: string): string {
  return fileURLToPath(new URL(`../../../shared/${path}`, import.meta.url))
}

export const isSharedPresent = existsSync(sharedPath('models/README.md'))
/** For the titles of tests that are skipped without it. */
export const needsShared = '(needs ../shared)'

export function sharedText(path: string): string {
  const bytes = readFileSync(sharedPath(path))
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
}

export function sharedJson<T>(path: string): T {
  return JSON.parse(sharedText(path)) as T
}

/** Equal up to a relative error, and absolutely near 0. */
export function expectClose(actual: number | null, expected: number, tolerance = 1e-9, what = ''): void {
  expect(actual, what).not.toBeNull()
  const error = Math.abs((actual ?? NaN) - expected)
  const allowed = tolerance * Math.max(Math.abs(expected), 1e-3)
  if (!(error <= allowed)) expect(actual, `${what} is off by ${error}, allowed are ${allowed}`).toBe(expected)
}

/** p values: relative, and below 1e-12 by their logarithm; 0 stands for anything below 1e-290. */
export function expectSameP(actual: number | null, expected: number, what = ''): void {
  if (expected < 1e-290) expect(actual, what).toBeLessThan(1e-280)
  else if (expected < 1e-12) expectClose(Math.log(actual ?? NaN), Math.log(expected), 1e-6, what)
  else expectClose((actual ?? NaN) / expected, 1, 1e-6, what)
}
