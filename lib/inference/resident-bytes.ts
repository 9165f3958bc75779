// How much memory another process holds, as the operating system counts it.
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'

/** null where it cannot be told: the process is gone, or the system has neither /proc nor ps. */
export async function residentBytes(pid: number): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => null)
  if (status === null) return fromPs(pid)
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]
  return kilobytes === undefined ? null : Number(kilobytes) * 1024
}

function fromPs(pid: number): Promise<number | null> {
  return new Promise((resolve) => {
    execFile('ps', ['-o', 'rss=', '-p', String(pid)], (error, stdout) => {
      const kilobytes = Number.parseInt(stdout, 10)
      resolve(error !== null || Number.isNaN(kilobytes) ? null : kilobytes * 1024)
    })
  })
}
