import { checkChain } from '@/lib/audit/queries'
import { EXIT, type Command } from './command'
import { localDatabase } from './local'

export const verify: Command = {
  name: 'verify',
  arguments: [],
  summary: 'Check every link of the audit chain; exit code 0 where it is intact, 1 where it is broken.',
  options: {},
  details: 'Works on the local database (FLIGHTDECK_DATA_DIR or DATABASE_URL), also while a server uses it.\nNote the head hash somewhere else: a chain whose later head no longer leads back to it was rewritten.',
  run: async () => {
    const check = await checkChain(await localDatabase())
    const { firstBreak } = check
    return {
      json: { ...check },
      exitCode: check.isIntact ? EXIT.ok : EXIT.refused,
      text:
        firstBreak === null
          ? `The audit chain is intact: ${check.events} events, head ${check.headHash}.`
          : `The audit chain is broken at event ${firstBreak.sequence}: ${firstBreak.reason}. ${check.events} events were read.`,
    }
  },
}
