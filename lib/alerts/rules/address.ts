// Where a message may be sent. A webhook's address comes from a form; without this, Flightdeck could be made to call
// services of the network it stands in (OWASP: server-side request forgery).
import { BlockList, isIP } from 'node:net'

const privateAddresses = new BlockList()
// IANA special-purpose address registries (RFC 6890), all that is not globally reachable, and multicast.
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
  const family = isIP(address)
  if (family === 0) return true
  // BlockList looks through IPv4-mapped IPv6 addresses (::ffff:10.0.0.1) itself.
  return privateAddresses.check(address, family === 4 ? 'ipv4' : 'ipv6')
}

/** The IP address in a URL's host, where it is one: `[::1]` and `127.1` come out of the URL parser in full. */
export function literalAddress(url: URL): string | null {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return isIP(host) === 0 ? null : host
}
