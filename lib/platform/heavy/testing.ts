// For the test beside: a second process whose work does what the job's id says.
import { appendFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { ProblemError } from '../errors'
import { hostHeavyWork } from './heavy-host'

const [, , log = ''] = process.argv
const note = (what: string) => appendFileSync(log, `${what}\n`)

hostHeavyWork(
  {
    async batch({ jobId }, { signal, report }) {
      note(`${jobId} ${process.pid}`)
      switch (jobId) {
        case 'refuse':
          throw new ProblemError('conflict', 'Not this one.', { code: 'not_this_one' })
        case 'fail':
          throw new TypeError('a secret path')
        case 'crash':
          process.kill(process.pid, 'SIGKILL')
          break
        case 'crash after progress':
          report({ rowsRead: 1 })
          await sleep(50)
          process.kill(process.pid, 'SIGKILL')
          break
        case 'wait': {
          // At work: without it, a process with nothing to do would end by itself.
          const busy = setInterval(() => undefined, 1000)
          report({ rowsRead: 7 })
          await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
          clearInterval(busy)
          note(`stopped: ${String(signal.reason)}`)
        }
      }
      return null
    },
  },
  async () => note('closed'),
)
