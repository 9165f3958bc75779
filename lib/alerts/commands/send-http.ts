// A POST to an address from a form: only to public addresses unless the administrator allowed others, no redirects, a
// limit on time. The address that was checked is the one connected to, so a name that changes its mind gains nothing.
import { lookup } from 'node:dns'
import { request as requestHttp, type RequestOptions } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { LookupFunction } from 'node:net'
import { isPrivateAddress, literalAddress } from '../rules/address'

const SEND_LIMIT_MS = 10_000

export interface HttpTarget {
  url: string
  allowPrivateAddresses: boolean
}

/** Resolves when the receiver answered 2xx; rejects with a sentence about what went wrong. */
export function sendHttp({ url, allowPrivateAddresses }: HttpTarget, headers: Record<string, string>, body: string): Promise<void> {
  const target = new URL(url)
  const literal = literalAddress(target)
  if (literal !== null && !allowPrivateAddresses && isPrivateAddress(literal)) return Promise.reject(refused(target.hostname))
  const options: RequestOptions = {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), 'user-agent': 'Flightdeck' },
    lookup: allowPrivateAddresses ? undefined : lookupPublic,
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

const lookupPublic: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '', 0)
    const [first] = addresses
    if (!first || addresses.some((one) => isPrivateAddress(one.address))) return callback(refused(hostname), '', 0)
    if (options.all === true) return callback(null, addresses)
    callback(null, first.address, first.family)
  })
}

function refused(hostname: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${hostname} is a private address. An administrator can allow private addresses for this channel.`), {
    code: 'EPRIVATE',
  })
}

function inWords(error: NodeJS.ErrnoException, target: URL): Error {
  switch (error.code) {
    case 'EPRIVATE':
      return error
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
