import { expect, it } from 'vitest'
import { toFileName } from './download'

it.each([
  ['Is waiting time still what the model was trained on?', 'is-waiting-time-still-what-the-model-was-trained-on'],
  ['Größe: 20 %?', 'gro-e-20'],
  ['../../etc', 'etc'],
  ['日本', 'chart'],
  [`${'long '.repeat(30)}`, 'long-long-long-long-long-long-long-long-long-long-long-long'],
])('names the file for %j', (question, name) => {
  expect(toFileName(question)).toBe(name)
})
