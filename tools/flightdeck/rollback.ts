import type { Release } from '@/lib/releases/contract'
import type { Command } from './command'
import { environmentOf, versionNumber } from './promotion'
import { SERVER_OPTIONS, serverOf } from './server'

export const rollback: Command = {
  name: 'rollback',
  arguments: ['MODEL'],
  summary: 'Put an earlier released version back in service, for all of the traffic, at once.',
  options: {
    to: { type: 'string', value: 'VERSION', help: 'The version to go back to (default: ends a canary, else the champion before).' },
    environment: { type: 'string', value: 'NAME', help: 'Where (default production).' },
    reason: { type: 'string', value: 'TEXT', help: 'Why; it is kept with the release.' },
    ...SERVER_OPTIONS,
  },
  details: 'The token needs the role approver. To undo it, roll back again to the version that served before.',
  run: async (call) => {
    const [model = ''] = call.arguments
    const to = call.text('to')
    const body = { model, environment: environmentOf(call), reason: call.required('reason'), ...(to === undefined ? {} : { version: versionNumber(to) }) }
    const server = serverOf(call)
    const release = await server.post<Release>('/api/rollbacks', body)
    const champion = release.arms.find((arm) => arm.role === 'champion')
    return {
      json: { release },
      text: `${model} v${champion?.versionNumber} serves ${release.environment} again (release ${release.sequence}).`,
    }
  },
}
