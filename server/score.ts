// A thread of the batch engine. Started by lib/batch/engine/threads/scorers.ts.
import { runThread } from '@/lib/batch/engine/threads/thread'

runThread()
