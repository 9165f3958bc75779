import { describe, expect, it } from 'vitest'
import type { Importance, Version } from '../contract'
import { compareVersions, IMPORTANCE_SHARES } from './compare-versions'

function version(number: number, scale: Importance['scale'] | null, sizes: Record<string, number> = {}): Version {
  const values = Object.entries(sizes).map(([field, meanAbsolute]) => ({ field, meanAbsolute, standardError: 0 }))
  return {
    id: `v${number}`, number, createdAt: 0, description: '', artifactHash: 'a', artifactBytes: 1, createdByName: 'U', lineage: {}, reference: null,
    signature: { task: 'binary', fields: [], scoreMeaning: 'probability' }, importance: scale === null ? null : { method: 'exact', scale, rows: 10, values },
  } as unknown as Version
}

const importanceIn = (versions: Version[]) => compareVersions(versions).sections.find((section) => section.title.startsWith('Global importance'))

describe('importance of versions side by side', () => {
  it('stands in the unit of the scale where it is the same', () => {
    const found = importanceIn([version(1, 'margin', { age: 0.3, wait: 0.1 }), version(2, 'margin', { age: 0.2 })])
    expect(found).toMatchObject({ title: 'Global importance', description: 'Mean absolute contribution in log-odds.' })
    expect(found?.rows.map(({ name, values }) => [name, values])).toEqual([['age', [0.3, 0.2]], ['wait', [0.1, null]]])
  })

  it('is compared as shares where the scales differ, and says so', () => {
    const found = importanceIn([version(1, 'margin', { age: 3, wait: 1 }), version(2, 'probability', { age: 0.02, wait: 0.06 }), version(3, null)])
    expect(found?.title).toBe(IMPORTANCE_SHARES)
    expect(found?.description).toContain('different scales')
    expect(found?.rows.map(({ name, values }) => [name, values])).toEqual([['age', [0.75, expect.closeTo(0.25, 12), null]], ['wait', [0.25, expect.closeTo(0.75, 12), null]]])
  })
})
