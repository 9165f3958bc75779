// Which versions have a session open. Two hundred models may be released and twenty be called: the sessions that were
// used least of late are closed, and opened again when somebody calls.
import { environment } from '@/lib/platform/environment'
import { once } from '@/lib/platform/once'

export interface HotVersion {
  /** Grows with each use, over all versions. */
  readonly usedAt: number
  readonly isIdle: boolean
  cool(): void
}

declare module '@/lib/platform/once' {
  interface Once {
    hotVersions: HotVersions
  }
}

export function hotVersions(): HotVersions {
  return once('hotVersions', () => new HotVersions(environment().hotVersions))
}

export class HotVersions {
  private readonly open = new Set<HotVersion>()
  private uses = 0

  constructor(private readonly most: number) {}

  /** The number of a use that happens now. */
  nextUse(): number {
    return (this.uses += 1)
  }

  /** Called for a version whose session was opened. Closes others where there are too many; those at work stay. */
  add(version: HotVersion): void {
    this.open.add(version)
    while (this.open.size > this.most) {
      const idle = [...this.open].filter((one) => one !== version && one.isIdle)
      if (idle.length === 0) return
      const coldest = idle.reduce((a, b) => (a.usedAt <= b.usedAt ? a : b))
      this.open.delete(coldest)
      coldest.cool()
    }
  }

  remove(version: HotVersion): void {
    this.open.delete(version)
  }
}
