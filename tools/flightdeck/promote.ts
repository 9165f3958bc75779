import type { Command } from './command'
import { describePromotion, exitCodeOf, PROMOTION_OPTIONS, promotionWish, requestPromotion, versionNumber } from './promotion'
import { SERVER_OPTIONS, serverOf } from './server'

export const promote: Command = {
  name: 'promote',
  arguments: ['MODEL', 'VERSION'],
  summary: 'Request the promotion of a version; its gates run at once.',
  options: { ...PROMOTION_OPTIONS, ...SERVER_OPTIONS },
  details: 'The token needs the role operator or admin. Somebody else approves, in the browser; no token can.\nExit code 1 also where a gate failed.',
  run: async (call) => {
    const [model = '', version] = call.arguments
    const number = versionNumber(version)
    const wish = promotionWish(call)
    const server = serverOf(call)
    const promotion = await requestPromotion(server, model, number, wish)
    return { json: { promotion }, text: describePromotion(server, promotion), exitCode: exitCodeOf(promotion) }
  },
}
