// A POST to an address from a form: only to public addresses unless the administrator allowed others, no redirects, a
// limit on time. The address that was checked is the one connected to, so a name that changes its mind gains nothing.
import { request as requestHttp, type RequestOptions } from 'node:http'
import { request as requestHttps } from 'node:https'
import { ANYWHERE, checkedLookup, portOf, PUBLIC_ONLY, REFUSED_ADDRESS, refusedLiteral } from '@/lib/platform/outbound'

const SEND_LIMIT_MS = 10_000

export interface HttpTarget {
  url: string
  allowPrivateAddresses: boolean
}

/** Resolves when the receiver answered 2xx; rejects with a sentence about what went wrong. */
export function sendHttp({ url, allowPrivateAddresses }: HttpTarget, headers: Record<string, string>, body: string): Promise<void> {
  const target = new URL(url)
  const rules = allowPrivateAddresses ? ANYWHERE : PUBLIC_ONLY
  const refused = refusedLiteral(target, rules)
  if (refused) return Promise.reject(inWords(refused, target))
  const options: RequestOptions = {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), 'user-agent': 'Flightdeck' },
    lookup: checkedLookup(rules, portOf(target)),
    signal: AbortSignal.timeout(SEND_LIMIT_MS),
    agent: false,
  }
  return new Promise((resolve, reject) => {
    const send = target.protocol === 'https:' ? requestHttps : requestHttp
    const call = send(target, options, (response) => {
      const status = response.statusCode ?? 0
      response.destroy()
      if (status >= 200 && status < 300) resolve()
      else if (status >= 300 && status < 400) reject(new Error(`The receiver answered ${status}, a redirect; enter the address it leads to.`))
      else reject(new Error(`The receiver answered ${status}.`))
    })
    call.on('error', (error: NodeJS.ErrnoException) => reject(inWords(error, target)))
    call.end(body)
  })
}

function inWords(error: NodeJS.ErrnoException, target: URL): Error {
  switch (error.code) {
    case REFUSED_ADDRESS:
      return new Error(`${error.message} An administrator can allow private addresses for this channel.`)
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new Error(`There is no host called ${target.hostname}.`)
    case 'ECONNREFUSED':
      return new Error(`Nothing answers at ${target.host}.`)
    default:
      return error.name === 'TimeoutError' || error.name === 'AbortError'
        ? new Error(`${target.host} did not answer within ${SEND_LIMIT_MS / 1000} seconds.`)
        : new Error(`${target.host} could not be reached (${error.code ?? error.message}).`)
  }
}
