// Global importance of versions that have none yet: after registration, in the background.
import { database } from '@/lib/database'
import type { Row } from '@/lib/onnx/encode'
import { isProblem } from '@/lib/platform/errors'
import { logger } from '@/lib/platform/logging'
import { once } from '@/lib/platform/once'
import { readStoredFile } from '@/lib/platform/storage'
import { assessVersion } from '@/lib/registry/commands'
import { explainGlobally } from './commands'
import { versionsNotAssessed, versionsWithoutImportance } from './queries'

declare module '@/lib/platform/once' {
  interface Once {
    importance: { run: Promise<void> | null; failed: Set<string> }
  }
}

/**
 * Oldest first, until none is left. A run that is under way takes new versions along and is not started twice. A version
 * whose explanation fails is left alone until the next start of the process; its page says that it has no importance.
 */
export function computeMissingImportance(): Promise<void> {
  const state = once('importance', () => ({ run: null, failed: new Set() }))
  state.run ??= computeAll(state.failed)
    .catch((error: unknown) => logger().error({ err: error }, 'global importance could not be computed'))
    .finally(() => {
      state.run = null
    })
  return state.run
}

async function computeAll(failed: Set<string>): Promise<void> {
  const db = await database()
  for (const id of await versionsNotAssessed(db)) {
    if (failed.has(id)) continue
    await assessVersion(id).catch((error: unknown) => giveUp(id, error, failed, 'how a version is explained could not be found out'))
  }
  for (;;) {
    const version = (await versionsWithoutImportance(db)).find((one) => !failed.has(one.id))
    if (!version) return
    try {
      const sample = JSON.parse(Buffer.from(await readStoredFile(version.backgroundHash)).toString('utf8')) as Row[]
      await explainGlobally(version.id, sample)
    } catch (error) {
      // Shutting down, or crashing: the next run tries again.
      if (isProblem(error) && error.code === 'explainer_unavailable') return
      giveUp(version.id, error, failed, 'global importance could not be computed')
    }
  }
}

function giveUp(versionId: string, error: unknown, failed: Set<string>, what: string): void {
  failed.add(versionId)
  logger().warn({ err: isProblem(error) ? error.message : error, versionId }, what)
}
