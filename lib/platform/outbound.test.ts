import { lookup } from 'node:dns/promises'
import { describe, expect, it } from 'vitest'
import { readEnvironment } from './environment'
import { ANYWHERE, checkedLookup, isOutboundEntry, isPrivateAddress, literalAddress, outboundRules, portOf, PUBLIC_ONLY, refusedLiteral } from './outbound'

describe('addresses', () => {
  it.each([
    '127.0.0.1', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0', '224.0.0.1',
    '255.255.255.255', '::1', '::', 'fe80::1', 'fe80::1%eth0', 'fd00::1', 'fd00:ec2::254', '::ffff:10.0.0.1', '::ffff:127.0.0.1', '64:ff9b::a00:1',
    '2002:a00:1::', 'ff02::1', 'not an address',
  ])('%s is private', (address) => expect(isPrivateAddress(address)).toBe(true))
  it.each(['8.8.8.8', '172.15.0.1', '172.32.0.1', '100.128.0.1', '2606:4700:4700::1111', '::ffff:8.8.8.8'])('%s is public', (address) =>
    expect(isPrivateAddress(address)).toBe(false),
  )
  it.each([
    ['http://127.1/', '127.0.0.1'],
    ['http://0x7f000001/', '127.0.0.1'],
    ['http://0177.0.0.1/', '127.0.0.1'],
    ['http://2130706433/', '127.0.0.1'],
    ['http://127.0.0.1./', '127.0.0.1'],
    ['http://[::1]:80/', '::1'],
    ['http://[::ffff:127.0.0.1]/', '::ffff:7f00:1'],
    ['http://example.com/', null],
  ])('%s holds %j', (url, address) => expect(literalAddress(new URL(url))).toBe(address))
})

describe('what may be connected to', () => {
  const refuses = (url: string, ...entries: string[]) => refusedLiteral(new URL(url), outboundRules(entries)) !== null

  it.each([
    'http://127.0.0.1/', 'http://2130706433/', 'http://0x7f.1/', 'http://0177.1/', 'http://[::1]/', 'http://[::ffff:10.0.0.1]/', 'http://[::ffff:a9fe:a9fe]/',
    'http://169.254.169.254/latest/meta-data', 'https://[fd00:ec2::254]/', 'http://10.0.0.1:8080/', 'http://[64:ff9b::7f00:1]/', 'http://0.0.0.0/',
  ])('%s is refused unless the operator allows it', (url) => {
    expect(refuses(url)).toBe(true)
    expect(refusedLiteral(new URL(url), ANYWHERE)).toBeNull()
  })

  it.each([
    ['http://10.2.3.4:8080/', '10.2.0.0/16', false],
    ['http://10.3.3.4:8080/', '10.2.0.0/16', true],
    ['http://10.2.3.4:8080/', '10.2.3.4', false],
    ['http://10.2.3.4:8080/', '10.2.3.4:8080', false],
    ['http://10.2.3.4:8081/', '10.2.3.4:8080', true],
    ['http://10.2.3.4/', '10.2.3.4:80', false],
    ['https://10.2.3.4/', '10.2.3.4:443', false],
    ['http://[fd00::5]:8080/', '[fd00::5]:8080', false],
    ['http://[fd00::5]/', 'fd00::/8', false],
    ['http://[::ffff:10.2.3.4]/', '10.2.0.0/16', false],
  ])('%s, where %s is allowed: refused is %s', (url, entry, isRefused) => expect(refuses(url, 'other.example', entry)).toBe(isRefused))

  it.each(['models.internal', 'models.internal:8080', '10.0.0.0/8', 'fd00::/8', '[::1]', '[::1]:8080'])('takes the entry %s', (entry) => expect(isOutboundEntry(entry)).toBe(true))
  it.each(['http://models.internal', '10.0.0.0/33', '10.0.0/8', 'a b', '10.0.0.0/8/8', 'models.internal:port', ''])('refuses the entry %j', (entry) => expect(isOutboundEntry(entry)).toBe(false))

  it('names the setting that is wrong', () => {
    expect(readEnvironment({ FLIGHTDECK_PRIVATE_ENDPOINTS: 'localhost:8080, 10.0.0.0/8,' }).privateEndpoints).toEqual(['localhost:8080', '10.0.0.0/8'])
    expect(() => readEnvironment({ FLIGHTDECK_PRIVATE_ENDPOINTS: 'http://localhost' })).toThrow('FLIGHTDECK_PRIVATE_ENDPOINTS: must list host')
  })

  it('looks a name up once and refuses what it leads to', async () => {
    const [inside] = await lookup('localhost', { all: true })
    const found = (rules = PUBLIC_ONLY, port = 80, all = true) =>
      new Promise((resolve) => checkedLookup(rules, port)('localhost', { all }, (error, addresses) => resolve(error?.code ?? addresses)))
    expect(await found()).toBe('EPRIVATE')
    expect(await found(outboundRules(['localhost:81']))).toBe('EPRIVATE')
    expect(await found(outboundRules(['localhost:81']), 81)).toContainEqual(inside)
    expect(await found(outboundRules(['LOCALHOST']), 1, false)).toBe(inside?.address)
  })

  it('knows the port that a URL leaves out', () => {
    expect(['http://a/', 'https://a/', 'https://a:8443/'].map((url) => portOf(new URL(url)))).toEqual([80, 443, 8443])
  })
})
