// Runs one job in a process of its own, for a test that kills it. Says each checkpoint on standard output.
import { runBatchJob } from '../commands/run-job'

const [jobId = ''] = process.argv.slice(2)
await runBatchJob(jobId, { signal: new AbortController().signal, threads: 0, report: ({ rowsRead }) => void process.stdout.write(`${rowsRead}\n`) })
process.exit(0)
