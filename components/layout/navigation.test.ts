import { expect, it } from 'vitest'
import { currentItem } from './navigation'

const groups = [
  { items: [{ label: 'Fleet', href: '/', icon: null }, { label: 'Models', href: '/models', icon: null }] },
  { label: 'Govern', items: [{ label: 'New model', href: '/models/new', icon: null }] },
]

it.each([
  ['/', '/'],
  ['/models', '/models'],
  ['/models/no-show/versions/3', '/models'],
  ['/models/new', '/models/new'],
  ['/models-archive', undefined],
  ['/audit', undefined],
])('%s belongs to %s', (pathname, href) => {
  expect(currentItem(groups, pathname)).toBe(href)
})
