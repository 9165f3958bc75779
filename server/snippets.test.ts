// The snippets of the serving page, run as they stand against a released example.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SNIPPET_PROTOCOLS, snippetOf, type SnippetValue } from '@/lib/protocols/snippets'
import { missing, run, RUNNABLE } from '@/lib/protocols/snippets/testing/run'
import { predict } from '@/lib/serving/commands'
import type { SinglePredictAnswer } from '@/lib/serving/contract'
import { exampleRows, program } from '@/lib/serving/testing/fixture'
import { openPorts, type OpenInferencePorts } from './testing/open-inference'

const [row = {}] = exampleRows('clinic', 1)

describe('the snippets against a released model', () => {
  let ports: OpenInferencePorts
  let answer: SinglePredictAnswer
  beforeAll(async () => {
    ports = await openPorts()
    answer = (await predict(program, 'no-show-risk', { inputs: row, environment: 'staging' })) as SinglePredictAnswer
  })
  afterAll(() => ports.close())

  const fields = Object.entries(row).map(([name, value]) => ({ name, type: typeof value === 'number' ? ('number' as const) : ('category' as const) }))
  const call = () => ({ address: `http://${ports.http}`, model: 'no-show-risk', environment: 'staging', fields, row: row as Record<string, SnippetValue> })

  for (const language of RUNNABLE) {
    const why = missing(language)
    for (const protocol of SNIPPET_PROTOCOLS) {
      it.skipIf(why !== null)(`${language} over ${protocol}${why === null ? '' : ` (${why})`}`, async () => {
        const printed = JSON.parse(await run(language, snippetOf(language, protocol, call()), ports.token)) as unknown
        const { output } = answer
        switch (protocol) {
          case 'flightdeck':
            return expect(printed).toMatchObject({ model: 'no-show-risk', environment: 'staging', version: 1, output })
          case 'open-inference':
            return expect(printed).toMatchObject({ model_name: 'no-show-risk@staging', outputs: expect.arrayContaining([expect.objectContaining({ data: [output.label] })]) as unknown })
          case 'torchserve':
            return expect(printed).toEqual(output.probabilities)
          default:
            return expect(printed).toEqual({ predictions: [output.label] })
        }
      }, 60_000)
    }
  }
})
