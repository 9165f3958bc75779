// The processes below one, and what they hold. Linux only: elsewhere there are none.
import { readdirSync, readFileSync } from 'node:fs'

/** Of the descendants of this process the one whose command has this in it. */
export function descendant(ancestor: number, command: string): number | null {
  const parents = new Map<number, number>()
  for (const name of listed('/proc')) {
    const pid = Number(name)
    const parent = Number(/\) \S (\d+)/.exec(read(`/proc/${pid}/stat`))?.[1])
    if (Number.isInteger(pid) && Number.isInteger(parent)) parents.set(pid, parent)
  }
  const isBelow = (pid: number): boolean => {
    const parent = parents.get(pid)
    return parent !== undefined && (parent === ancestor || isBelow(parent))
  }
  return [...parents.keys()].find((pid) => isBelow(pid) && read(`/proc/${pid}/cmdline`).includes(command)) ?? null
}

export function residentMegabytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) / 1024
}

function listed(path: string): string[] {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
