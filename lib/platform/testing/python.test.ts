import { describe, expect, it } from 'vitest'
import { pythonWith, withoutPython } from './python'

describe('the Python of tests', () => {
  it('is none where a module is missing', () => {
    expect(pythonWith('json', 'no_module_has_this_name')).toBeNull()
  })

  it.skipIf(pythonWith('json') === null)(`is found by what it can import (${withoutPython('json')})`, () => {
    expect(pythonWith('json', 'sys')).toMatch(/python/)
  })
})
