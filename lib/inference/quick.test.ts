import { expect, it } from 'vitest'
import { isQuick } from './quick'

it('explains with the answer what neither holds up the start of a release nor the next answer', () => {
  const held = { bytes: 1, budgetBytes: 2, buildMilliseconds: 200, rowMicroseconds: 40 }
  expect(isQuick({ kind: 'exact', held })).toBe(true)
  expect(isQuick({ kind: 'exact', held: { ...held, buildMilliseconds: 4000 } })).toBe(false)
  expect(isQuick({ kind: 'exact', held: { ...held, rowMicroseconds: 2800 } })).toBe(false)
  expect(isQuick({ kind: 'exact', held: null })).toBe(false)
  expect(isQuick({ kind: 'sampled', held: null })).toBe(false)
})
