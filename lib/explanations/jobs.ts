// Global importance of versions that have none yet: after registration, in the background.
import { database } from '@/lib/database'
import type { Row } from '@/lib/onnx/encode'
import { isProblem } from '@/lib/platform/errors'
import { logger } from '@/lib/platform/logging'
import { once, setOnce } from '@/lib/platform/once'
import { readStoredFile } from '@/lib/platform/storage'
import { explainGlobally } from './commands'
import { versionsWithoutImportance } from './queries'

declare module '@/lib/platform/once' {
  interface Once {
    importanceRun: Promise<void>
  }
}

/** Oldest first, until none is left. A run that is under way takes new versions along and is not started twice. */
export function computeMissingImportance(): Promise<void> {
  return once('importanceRun', () => computeAll().finally(() => setOnce('importanceRun', undefined)))
}

async function computeAll(): Promise<void> {
  const db = await database()
  const tried = new Set<string>()
  for (;;) {
    const version = (await versionsWithoutImportance(db)).find((one) => !tried.has(one.id))
    if (!version) return
    tried.add(version.id)
    try {
      const sample = JSON.parse(Buffer.from(await readStoredFile(version.backgroundHash)).toString('utf8')) as Row[]
      await explainGlobally(version.id, sample)
    } catch (error) {
      // One version must not stand in the way of the others; without importance its page says so.
      const why = isProblem(error) ? error.message : error
      logger().warn({ err: why, versionId: version.id }, 'global importance could not be computed')
    }
  }
}
