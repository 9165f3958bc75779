import { describe, expect, it } from 'vitest'
import { errorText } from './error-text'

describe('errorText', () => {
  it('prefers the detail of a problem document, then title, then message', () => {
    expect(errorText({ title: 'Conflict', detail: 'Anna has approved this already.' })).toBe('Anna has approved this already.')
    expect(errorText({ title: 'Conflict', detail: '' })).toBe('Conflict')
    expect(errorText(new Error('boom'))).toBe('boom')
  })

  it.each([undefined, null, 'text', 7, {}])('has a sentence for %j too', (error) => {
    expect(errorText(error)).toMatch(/could not be reached/)
  })
})
