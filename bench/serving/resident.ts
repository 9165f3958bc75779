import { readdirSync, readFileSync } from 'node:fs'

/** Resident memory of a process and all it started, in megabytes; null where the system does not tell. */
export function residentMb(pid: number): number | null {
  const own = statusOf(pid)
  if (own === null) return null
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number)
  const parents = new Map(children.map((child) => [child, statusOf(child)?.parent ?? 0]))
  const isOurs = (one: number): boolean => one === pid || (parents.has(one) && isOurs(parents.get(one) ?? 0))
  return Math.round(children.filter(isOurs).reduce((sum, one) => sum + (statusOf(one)?.kilobytes ?? 0), 0) / 1024)
}

function statusOf(pid: number): { parent: number; kilobytes: number } | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return { parent: Number(/PPid:\s+(\d+)/.exec(status)?.[1] ?? 0), kilobytes: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) }
  } catch {
    return null
  }
}
