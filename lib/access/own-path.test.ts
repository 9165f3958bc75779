import { describe, expect, it } from 'vitest'
import { ownPath } from './own-path'

describe('the way back after signing in', () => {
  it.each(['/', '/models/price?range=30d#drift', '/predictions?text=a%2Fb'])('keeps %s', (to) => expect(ownPath(to)).toBe(to))

  it.each([
    undefined, ['/models', '/audit'], '', 'models', 'https://evil.example', '//evil.example', '/\\evil.example', '/\t/evil.example', '/\n/evil.example',
    '\t//evil.example', '/\r\\evil.example', '/.//evil.example', '/a/..//evil.example', 'javascript:alert(1)', '/\t\t//evil.example', '//', '//[',
  ])('leads home instead of to %j', (to) => {
    const path = ownPath(to)
    expect(path).toBe('/')
    expect(new URL(path, 'https://flightdeck.example').origin).toBe('https://flightdeck.example')
  })
})
