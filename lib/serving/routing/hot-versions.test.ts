import { describe, expect, it } from 'vitest'
import { HotVersions, type HotVersion } from './hot-versions'

class Version implements HotVersion {
  usedAt = 0
  isIdle = true
  isOpen = true
  cool(): void {
    this.isOpen = false
  }
}

function opened(hot: HotVersions): Version {
  const version = new Version()
  version.usedAt = hot.nextUse()
  hot.add(version)
  return version
}

describe('hot versions', () => {
  it('closes the one that was used least of late', () => {
    const hot = new HotVersions(2)
    const [first, second] = [opened(hot), opened(hot)]
    first.usedAt = hot.nextUse()
    const third = opened(hot)
    expect([first, second, third].map((version) => version.isOpen)).toEqual([true, false, true])
  })

  it('leaves those at work open, and makes up for it later', () => {
    const hot = new HotVersions(1)
    const busy = opened(hot)
    busy.isIdle = false
    const other = opened(hot)
    expect([busy.isOpen, other.isOpen]).toEqual([true, true])
    busy.isIdle = true
    const last = opened(hot)
    expect([busy.isOpen, other.isOpen, last.isOpen]).toEqual([false, false, true])
  })

  it('forgets what was closed by others', () => {
    const hot = new HotVersions(2)
    const [first, second] = [opened(hot), opened(hot)]
    hot.remove(first)
    opened(hot)
    expect([first.isOpen, second.isOpen]).toEqual([true, true])
  })
})
