import { describe, expect, it } from 'vitest'
import type { Protocol } from '../contract'
import { openInferencePath, withSeldonNames } from '.'

describe('Seldon’s names of v2', () => {
  it.each([
    ['/v2/models/m/infer', {}, '/v2/models/m/infer'],
    ['/seldon/bookings/clinic/v2/models/m/infer', {}, '/v2/models/m/infer'],
    ['/seldon/bookings/clinic/v2/health/ready', {}, '/v2/health/ready'],
    ['/v2/models/any/infer', { 'seldon-model': 'no-show-risk' }, '/v2/models/no-show-risk/infer'],
    ['/v2/models/any/versions/3/infer', { 'seldon-model': 'no-show-risk@staging' }, '/v2/models/no-show-risk%40staging/versions/3/infer'],
    ['/seldon/a/b/v2/models/any/infer', { 'seldon-model': 'bookings.pipeline' }, '/v2/models/bookings/infer'],
    ['/v2/models/any/infer', { 'seldon-model': 'a/../../x' }, '/v2/models/a%2F..%2F..%2Fx/infer'],
    ['/v2', { 'seldon-model': 'm' }, '/v2'],
  ] as const)('%s with %o is %s', (path, headers, expected) => {
    expect(openInferencePath({ path, headers })).toBe(expected)
  })

  it('owns what the protocol owns, with and without the prefix, and hands the path on', async () => {
    const seen: string[] = []
    const plain: Protocol = {
      name: 'open-inference',
      owns: (path) => path.startsWith('/v2/'),
      answer: ({ path }) => {
        seen.push(path)
        return Promise.resolve({ status: 200, body: '' })
      },
      refuse: (_, { path }) => ({ status: 400, body: path }),
    }
    const both = withSeldonNames(plain)
    expect(['/v2/models/m/infer', '/seldon/a/b/v2/models/m/infer', '/seldon/a/b/api/v1.0/predictions', '/seldon/v2/models/m', '/seldon'].map((path) => both.owns(path, 'POST'))).toEqual([true, true, false, false, false])
    await both.answer({ path: '/seldon/a/b/v2/models/m/infer', headers: { 'seldon-model': 'n' } } as unknown as Parameters<Protocol['answer']>[0])
    expect(seen).toEqual(['/v2/models/n/infer'])
  })
})
