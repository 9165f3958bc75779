// The second process: each kind of heavy work and what does it. Started by lib/platform/heavy/heavy-process.ts.
import { runBatchJob } from '@/lib/batch/commands/run-job'
import { closeDatabase } from '@/lib/database'
import { hostHeavyWork } from '@/lib/platform/heavy/heavy-host'

hostHeavyWork(
  {
    async batch({ jobId }, circumstances) {
      await runBatchJob(jobId, circumstances)
      return null
    },
  },
  closeDatabase,
)
