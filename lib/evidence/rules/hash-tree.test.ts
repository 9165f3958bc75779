import fc from 'fast-check'
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { HashTree } from './hash-tree'

const hash = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest()

/** RFC 9162, section 2.1.1 and 2.1.3.1, by their own recursion. */
function rootOf(leaves: Buffer[]): Buffer {
  if (leaves.length <= 1) return leaves[0] ? hash(Buffer.of(0), leaves[0]) : hash()
  const half = largestPowerBelow(leaves.length)
  return hash(Buffer.of(1), rootOf(leaves.slice(0, half)), rootOf(leaves.slice(half)))
}

function pathOf(index: number, leaves: Buffer[]): Buffer[] {
  if (leaves.length <= 1) return []
  const half = largestPowerBelow(leaves.length)
  return index < half ? [...pathOf(index, leaves.slice(0, half)), rootOf(leaves.slice(half))] : [...pathOf(index - half, leaves.slice(half)), rootOf(leaves.slice(0, half))]
}

function largestPowerBelow(size: number): number {
  let power = 1
  while (power * 2 < size) power *= 2
  return power
}

describe('the tree over a chain', () => {
  it('has the roots and paths of RFC 9162 at every size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), fc.nat(), (size, pick) => {
        const leaves = Array.from({ length: size }, (_, index) => hash(Buffer.from(String(index))))
        const tree = new HashTree()
        for (const leaf of leaves) tree.add(leaf.toString('hex'))
        const index = pick % size
        return tree.root === rootOf(leaves).toString('hex') && tree.path(index).join() === pathOf(index, leaves).map((sibling) => sibling.toString('hex')).join()
      }),
    )
  })

  it('has another root for another order, and grows', () => {
    const tree = new HashTree()
    tree.add('00')
    const one = tree.root
    tree.add('01')
    expect(tree.size).toBe(2)
    expect(tree.root).not.toBe(one)
  })
})
