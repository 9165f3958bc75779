import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { snippetOf } from '.'
import { callOf } from './calls'
import { SNIPPET_LANGUAGES, SNIPPET_PROTOCOLS, type SnippetCall, type SnippetValue } from './contract'
import { missing, run, RUNNABLE } from './testing/run'

/** What is special in one of the languages, as names and as values. */
const NASTY: Record<string, SnippetValue> = {
  plain: 'Monday',
  "it's": "L'Aquila, '\\'' and $HOME `id` $(id) !!",
  'say "so"': '"" """ """" "',
  'back\\slash': 'C:\\new\\table \\u0041 \\',
  '#(lf)': '#(cr,lf) #(#)( #"x" "&"',
  type: '{ [ } ] = , ; // /* */ -- # <script>',
  line: 'one\ntwo\r\nthree\ttab\u0000\u001b\u007f\u2028\u2029\u202e',
  umlaut: 'Zürich 日本 😀',
  __proto__x: '${1} ${process.env} {0} %s %%',
  number: -12.5e-7,
  large: 1e21,
  yes: true,
  no: false,
  gone: null,
}
Object.defineProperty(NASTY, '__proto__', { value: 'no member elsewhere', enumerable: true })

const typeOf = (value: SnippetValue | undefined) => (typeof value === 'boolean' ? 'boolean' : typeof value === 'number' ? 'number' : 'text')
const nastyCall = (address: string): SnippetCall => ({
  address,
  model: 'no-show-risk',
  environment: 'staging',
  fields: Object.keys(NASTY).map((name) => ({ name, type: typeOf(NASTY[name]) })),
  row: NASTY,
})

describe('the calls', () => {
  const call: SnippetCall = {
    address: 'https://flightdeck.example.com',
    model: 'no-show-risk',
    environment: 'production',
    fields: [{ name: 'age', type: 'number' }, { name: 'visits', type: 'integer' }, { name: 'city', type: 'category' }, { name: 'note', type: 'text' }],
    row: { age: 44, visits: 2, city: 'Bern', note: null },
  }
  it.each([
    ['flightdeck', '/api/models/no-show-risk/predict', { inputs: { age: 44, visits: 2, city: 'Bern' }, explain: true }],
    ['mlflow', '/mlflow/no-show-risk/invocations', { dataframe_split: { columns: ['age', 'visits', 'city'], data: [[44, 2, 'Bern']] } }],
    ['kserve-v1', '/v1/models/no-show-risk:predict', { instances: [{ age: 44, visits: 2, city: 'Bern' }] }],
    ['torchserve', '/predictions/no-show-risk', { age: 44, visits: 2, city: 'Bern' }],
    ['open-inference', '/v2/models/no-show-risk/infer', { inputs: [
      { name: 'age', datatype: 'FP64', shape: [1, 1], data: [44] },
      { name: 'visits', datatype: 'INT64', shape: [1, 1], data: [2] },
      { name: 'city', datatype: 'BYTES', shape: [1, 1], data: ['Bern'] },
    ] }],
  ] as const)('%s', (protocol, path, body) => {
    expect(callOf(protocol, call)).toEqual({ url: call.address + path, body })
  })

  it('name the environment where it is not production', () => {
    const staging = { ...call, environment: 'staging' }
    expect(callOf('flightdeck', staging).body).toMatchObject({ environment: 'staging' })
    for (const protocol of SNIPPET_PROTOCOLS.slice(1)) expect(callOf(protocol, staging).url).toContain('no-show-risk@staging')
  })
})

describe('code of every language', () => {
  it.each(SNIPPET_LANGUAGES)('%s never holds a token, and says where one goes', (language) => {
    for (const protocol of SNIPPET_PROTOCOLS) {
      const code = snippetOf(language, protocol, nastyCall('http://127.0.0.1:3000'))
      expect(code).toContain('Bearer')
      expect(code).toMatch(/FLIGHTDECK_TOKEN|fd_YOUR_TOKEN/)
      // Nothing in it that a person cannot see.
      expect(code).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e]/)
    }
  })
})

describe('code that is run', () => {
  let server: Server
  let address: string
  const received: { authorization: string | undefined; type: string | undefined; url: string | undefined; body: string }[] = []

  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = ''
      request.setEncoding('utf8').on('data', (text: string) => (body += text)).on('end', () => {
        received.push({ authorization: request.headers.authorization, type: request.headers['content-type'], url: request.url, body })
        response.setHeader('content-type', 'application/json').end('{"said": "thanks"}')
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => void server.close())

  for (const language of RUNNABLE) {
    const why = missing(language)
    it.skipIf(why !== null)(`${language} sends exactly the row, whatever stands in it${why === null ? '' : ` (${why})`}`, async () => {
      for (const protocol of language === 'java' ? (['flightdeck'] as const) : SNIPPET_PROTOCOLS) {
        const call = nastyCall(address)
        received.length = 0
        const printed = await run(language, snippetOf(language, protocol, call), 'fd_secret')
        expect(JSON.parse(printed)).toEqual({ said: 'thanks' })
        const [{ body, ...head } = { body: '' }] = received
        expect(head).toMatchObject({ authorization: 'Bearer fd_secret', type: expect.stringMatching(/^application\/json/) as string, url: new URL(callOf(protocol, call).url).pathname })
        expect(JSON.stringify(JSON.parse(body))).toBe(JSON.stringify(callOf(protocol, call).body))
      }
    }, 120_000)
  }
})

describe('code that cannot be run here', () => {
  const call = nastyCall('http://127.0.0.1:3000')
  const expected = JSON.stringify(callOf('flightdeck', call).body)

  it('C# has the body as a raw text that nothing inside ends', () => {
    const code = snippetOf('csharp', 'flightdeck', call)
    const [, quotes = '', raw = ''] = /var body = ("{3,})\n([\s\S]*?)\n {4}\1;/.exec(code) ?? []
    expect(raw).not.toContain(quotes)
    // The closing line's spaces are taken off every line (C# 11 raw string literals).
    const lines = raw.split('\n')
    expect(lines.every((line) => line.startsWith('    '))).toBe(true)
    expect(JSON.stringify(JSON.parse(lines.map((line) => line.slice(4)).join('\n')))).toBe(expected)
  })

  it.each(SNIPPET_PROTOCOLS)('M has the body of %s as a record that reads back', (protocol) => {
    const code = snippetOf('power-query', protocol, call)
    const body = code.slice(code.indexOf('Body = ') + 7, code.indexOf(',\n    Response = '))
    expect(JSON.stringify(new MReader(body).read())).toBe(JSON.stringify(callOf(protocol, call).body))
  })
})

/** Reads literals of Power Query M by its grammar (Power Query M specification, 12.1.5 and 12.2.3). */
class MReader {
  private at = 0
  constructor(private readonly source: string) {}

  read(): unknown {
    this.skip()
    const next = this.source[this.at]
    if (next === '"') return this.text()
    if (next === '{') return this.list('}', () => this.read())
    if (next === '[') {
      const members = this.list(']', () => {
        const name = this.name()
        this.skip()
        this.take('=')
        return [name, this.read()] as const
      })
      return Object.fromEntries(members)
    }
    const word = /^[-+.\w]+/.exec(this.source.slice(this.at))?.[0] ?? ''
    this.take(word)
    return JSON.parse(word)
  }

  private list<T>(end: string, read: () => T): T[] {
    const items: T[] = []
    this.at += 1
    for (this.skip(); this.source[this.at] !== end; this.skip()) {
      if (items.length > 0) this.take(',')
      items.push(read())
    }
    this.take(end)
    return items
  }

  private name(): string {
    this.skip()
    if (this.source.startsWith('#"', this.at)) {
      this.at += 1
      return this.text()
    }
    const word = /^[A-Za-z]\w*/.exec(this.source.slice(this.at))?.[0]
    if (word === undefined || word === 'type') throw new Error(`no name at ${this.source.slice(this.at, this.at + 20)}`)
    this.take(word)
    return word
  }

  private text(): string {
    let text = ''
    this.take('"')
    for (;;) {
      const rest = this.source.slice(this.at)
      const escape = /^#\(([0-9A-F]{4}|#|lf|cr|tab)\)/.exec(rest)
      if (escape?.[1] !== undefined) {
        text += escape[1] === '#' ? '#' : String.fromCharCode(Number.parseInt(escape[1], 16))
        this.at += escape[0].length
      } else if (rest.startsWith('#(')) throw new Error(`no escape: ${rest.slice(0, 20)}`)
      else if (rest.startsWith('""')) {
        text += '"'
        this.at += 2
      } else if (rest.startsWith('"')) {
        this.at += 1
        return text
      } else {
        if (rest === '') throw new Error('the text does not end')
        text += rest[0]
        this.at += 1
      }
    }
  }

  private skip(): void {
    while (/\s/.test(this.source[this.at] ?? '')) this.at += 1
  }

  private take(word: string): void {
    if (word === '' || !this.source.startsWith(word, this.at)) throw new Error(`${word} expected at ${this.source.slice(this.at, this.at + 20)}`)
    this.at += word.length
  }
}
