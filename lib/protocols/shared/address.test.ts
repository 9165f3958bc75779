import { describe, expect, it } from 'vitest'
import { addressOf, nameOf } from './address'

describe('the address of a call', () => {
  it.each([
    ['no-show-risk', {}, undefined, { model: 'no-show-risk', environment: 'production', version: null }],
    ['no-show-risk@staging', {}, undefined, { model: 'no-show-risk', environment: 'staging', version: null }],
    ['no-show-risk%40staging', {}, '3', { model: 'no-show-risk', environment: 'staging', version: 3 }],
    ['no-show-risk', { 'x-flightdeck-environment': 'staging' }, '12', { model: 'no-show-risk', environment: 'staging', version: 12 }],
    ['no-show-risk@production', { 'x-flightdeck-environment': 'staging' }, null, { model: 'no-show-risk', environment: 'production', version: null }],
    ['no-show-risk@', { 'x-flightdeck-environment': '' }, '', { model: 'no-show-risk', environment: 'production', version: null }],
    ['%ff', {}, undefined, { model: '%ff', environment: 'production', version: null }],
  ] as const)('%s with %o and version %s', (name, headers, version, expected) => {
    expect(addressOf(name, headers, version)).toEqual(expected)
  })

  it.each(['0', '-1', '1.5', 'v2', 'latest', '99999999999', '%ff'])('has no version %s', (version) => {
    expect(() => addressOf('m', {}, version)).toThrow(expect.objectContaining({ kind: 'not_found', code: 'version_unknown' }))
  })

  it('names what it reads', () => {
    for (const name of ['no-show-risk', 'no-show-risk@staging']) expect(nameOf(addressOf(name, {}))).toBe(name)
  })
})
