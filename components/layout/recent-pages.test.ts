import { describe, expect, it } from 'vitest'
import { addRecent, parseRecent } from './recent-pages'

describe('addRecent', () => {
  it('puts the newest first, each address once, six at most', () => {
    let pages: ReturnType<typeof addRecent> = []
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'b']) pages = addRecent(pages, { href: `/${name}`, title: name })
    expect(pages.map((page) => page.title)).toEqual(['b', 'g', 'f', 'e', 'd', 'c'])
  })
})

describe('parseRecent', () => {
  it('reads what was stored', () => {
    expect(parseRecent('[{"href":"/models","title":"Models"}]')).toEqual([{ href: '/models', title: 'Models' }])
  })

  it.each([null, '', '{', '7', '[1,null,{"href":"/x"}]', '[{"href":"//evil.example","title":"x"}]', '[{"href":"javascript:1","title":"x"}]'])(
    'ignores %j',
    (text) => {
      expect(parseRecent(text)).toEqual([])
    },
  )
})
