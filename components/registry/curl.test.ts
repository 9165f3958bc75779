import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { curlOf } from './curl'

it('gives a shell exactly the row, quotes and dollars included', () => {
  const inputs = { purpose: "it's $HOME \"now\" `x` \\", age: 31, housing: null }
  const command = curlOf('http://127.0.0.1:3000', 'no-show-risk', inputs)
  const words = execFileSync('sh', ['-c', `curl() { for word in "$@"; do printf '%s\\0' "$word"; done; }\n${command}`]).toString().split('\0')
  expect(words[0]).toBe('http://127.0.0.1:3000/api/models/no-show-risk/predict')
  expect(JSON.parse(words[6] ?? '')).toEqual({ inputs })
})
