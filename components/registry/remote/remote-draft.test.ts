import { describe, expect, it } from 'vitest'
import { endpointSchema, REMOTE_PROTOCOLS } from '@/lib/inference/remote/endpoint'
import { answeringOf, EMPTY_REMOTE_DRAFT, endpointToSend, MORE_EXAMPLES, remoteErrors } from './remote-draft'

const draft = { ...EMPTY_REMOTE_DRAFT, url: ' https://models.example ', model: 'risk' }

describe('a server being described', () => {
  it('is sent without what was left empty, with a secret as a bearer token', () => {
    expect(JSON.parse(JSON.stringify(endpointToSend({ ...draft, secret: 'file:kserve', more: '{"timeoutMs": 500, "headers": {"x-tenant": "clinic"}}' })))).toEqual({
      endpoint: { protocol: 'open-inference', url: 'https://models.example', model: 'risk', timeoutMs: 500, headers: { 'x-tenant': 'clinic', authorization: { secret: 'file:kserve', prefix: 'Bearer ' } } },
      errors: {},
    })
    expect(endpointToSend({ ...draft, protocol: 'mlflow' }).endpoint).toEqual({ protocol: 'mlflow', url: 'https://models.example' })
  })

  it.each([
    [{ url: '' }, 'endpoint.url'],
    [{ secret: 'abc123' }, 'endpoint.headers'],
    [{ more: '{' }, 'endpoint.more'],
    [{ more: '[]' }, 'endpoint.more'],
  ])('%j is wrong at %s', (change, place) => expect(Object.keys(endpointToSend({ ...draft, ...change }).errors)).toEqual([place]))

  it.each(REMOTE_PROTOCOLS)('shows an example for %s that would be taken', (protocol) => {
    const { endpoint } = endpointToSend({ ...draft, protocol, more: MORE_EXAMPLES[protocol] })
    expect(endpointSchema.safeParse(endpoint).error?.issues).toBeUndefined()
  })

  it.each([
    [{ task: 'binary', classes: '0, 1', positiveClass: '1' }, { task: 'binary', classes: [0, 1], positiveClass: 1 }],
    [{ task: 'binary', classes: 'no, yes', positiveClass: 'yes' }, { task: 'binary', classes: ['no', 'yes'], positiveClass: 'yes' }],
    [{ task: 'multiclass', classes: 'a,b,3', positiveClass: 'a' }, { task: 'multiclass', classes: ['a', 'b', '3'] }],
    [{ task: 'regression', classes: 'a,b' }, { task: 'regression' }],
    [{}, {}],
  ] as const)('%j answers %j', (change, answering) => expect(answeringOf({ ...draft, ...change })).toEqual(answering))

  it('gets the server’s problems where they belong', () => {
    expect(
      remoteErrors([
        { path: 'endpoint.url', message: 'A.' },
        { path: 'endpoint.headers.authorization', message: 'B.' },
        { path: 'endpoint.inputs.fields', message: 'C.' },
        { path: 'metadata.classes', message: 'D.' },
        { path: 'reference', message: 'E.' },
        { path: 'endpoint', message: 'The whole sentence.' },
      ]),
    ).toEqual({ 'endpoint.url': 'A.', 'endpoint.headers': 'B.', 'endpoint.more': 'C.', classes: 'D.', reference: 'E.' })
  })
})
