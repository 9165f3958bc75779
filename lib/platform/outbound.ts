// Where Flightdeck may connect to. The addresses of webhooks and of remote versions come from forms; without this,
// Flightdeck could be made to call services of the network it stands in (OWASP: server-side request forgery).
import { lookup } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'

const privateAddresses = new BlockList()
// IANA special-purpose address registries (RFC 6890), all that is not globally reachable, and multicast. The metadata
// services of clouds are among them: 169.254.169.254 and fd00:ec2::254.
for (const [network, prefix] of [
  ['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12],
  ['192.0.0.0', 24], ['192.0.2.0', 24], ['192.168.0.0', 16], ['198.18.0.0', 15], ['198.51.100.0', 24],
  ['203.0.113.0', 24], ['224.0.0.0', 4], ['240.0.0.0', 4],
] as const) privateAddresses.addSubnet(network, prefix, 'ipv4')
for (const [network, prefix] of [
  ['::', 128], ['::1', 128], ['64:ff9b:1::', 48], ['100::', 64], ['2001:db8::', 32], ['fc00::', 7], ['fe80::', 10],
  ['fec0::', 10], ['ff00::', 8],
  // These wrap an IPv4 address that nobody would look at: NAT64, 6to4, Teredo, IPv4-compatible.
  ['64:ff9b::', 96], ['2002::', 16], ['2001::', 32], ['::', 96],
] as const) privateAddresses.addSubnet(network, prefix, 'ipv6')

/** Whether an IP address is not a public one. Text that is no address counts as private. */
export function isPrivateAddress(address: string): boolean {
  return isListed(privateAddresses, address) ?? true
}

/** Null where the text is no address. BlockList looks through IPv4-mapped IPv6 addresses (::ffff:10.0.0.1) itself. */
function isListed(list: BlockList, address: string): boolean | null {
  // A resolver may name the interface too: fe80::1%eth0.
  const [plain = ''] = address.split('%')
  const family = isIP(plain)
  return family === 0 ? null : list.check(plain, family === 4 ? 'ipv4' : 'ipv6')
}

/** The IP address in a URL's host, where it is one: `[::1]`, `127.1` and `0x7f000001` come out of the URL parser in full. */
export function literalAddress(url: URL): string | null {
  const host = hostOf(url.hostname)
  return isIP(host) === 0 ? null : host
}

function hostOf(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '').toLowerCase()
}

/** What may be connected to beyond public addresses. */
export interface OutboundRules {
  /** @param host as the URL says it; @param address what it stands for */
  allows(host: string, port: number, address: string): boolean
}

export const PUBLIC_ONLY: OutboundRules = { allows: (_host, _port, address) => !isPrivateAddress(address) }
export const ANYWHERE: OutboundRules = { allows: () => true }

/** One entry of FLIGHTDECK_PRIVATE_ENDPOINTS: `host`, `host:port`, `[::1]:port` or a network such as `10.2.0.0/16`. */
const ENTRY = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::(\d{1,5}))?$/i

export function isOutboundEntry(entry: string): boolean {
  if (!entry.includes('/')) return ENTRY.test(entry)
  const [network = '', prefix = '', ...rest] = entry.split('/')
  const family = isIP(network)
  return rest.length === 0 && family !== 0 && /^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128)
}

/** Public addresses, and the private ones that the operator listed. @param entries as `isOutboundEntry` takes them */
export function outboundRules(entries: readonly string[]): OutboundRules {
  const networks = new BlockList()
  const hosts = new Set<string>()
  for (const entry of entries) {
    const [network = '', prefix] = entry.split('/')
    if (prefix !== undefined) networks.addSubnet(network, Number(prefix), isIP(network) === 4 ? 'ipv4' : 'ipv6')
    else {
      const [, bracketed, name, port] = ENTRY.exec(entry) ?? []
      hosts.add(placeOf(bracketed ?? name ?? '', port === undefined ? null : Number(port)))
    }
  }
  return {
    allows: (host, port, address) =>
      !isPrivateAddress(address) || isListed(networks, address) === true || hosts.has(placeOf(host, port)) || hosts.has(placeOf(host, null)),
  }
}

function placeOf(host: string, port: number | null): string {
  return `${hostOf(host)} ${port ?? '*'}`
}

export const REFUSED_ADDRESS = 'EPRIVATE'

/** An error with the code EPRIVATE where the URL names an address that must not be connected to. Names are checked when they are looked up. */
export function refusedLiteral(url: URL, rules: OutboundRules): NodeJS.ErrnoException | null {
  const literal = literalAddress(url)
  return literal === null || rules.allows(literal, portOf(url), literal) ? null : refused(url.hostname)
}

export function portOf(url: URL): number {
  return url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port)
}

/**
 * Looks a host up and refuses it where any of its addresses must not be connected to. For the option `lookup` of a
 * request: the address that was checked is the one connected to, so a name that changes its mind gains nothing.
 */
export function checkedLookup(rules: OutboundRules, port: number): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, '', 0)
      const [first] = addresses
      if (!first || !addresses.every(({ address }) => rules.allows(hostname, port, address))) return callback(refused(hostname), '', 0)
      if (options.all === true) return callback(null, addresses)
      callback(null, first.address, first.family)
    })
  }
}

function refused(hostname: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${hostname} is a private address.`), { code: REFUSED_ADDRESS })
}
