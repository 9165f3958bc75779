// Where to go after signing in: the address says so, and anybody can write an address.
const OWN = 'http://flightdeck.invalid'

/**
 * A path of our own, as a browser would read it; `/` for what leads elsewhere. Browsers leave tabs and line breaks out
 * and take `\` for `/` (WHATWG URL), so that the first characters alone do not tell.
 */
export function ownPath(to: unknown): string {
  if (typeof to !== 'string' || !to.startsWith('/') || !URL.canParse(to, OWN)) return '/'
  const { origin, pathname, search, hash } = new URL(to, OWN)
  return origin === OWN && !pathname.startsWith('//') ? `${pathname}${search}${hash}` : '/'
}
