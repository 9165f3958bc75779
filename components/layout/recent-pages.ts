// The last pages a person looked at, kept in this browser only.

export interface RecentPage {
  href: string
  title: string
}

const KEY = 'flightdeck:recent'
const LIMIT = 6

/** Newest first, each address once. */
export function addRecent(pages: readonly RecentPage[], page: RecentPage): RecentPage[] {
  return [page, ...pages.filter((one) => one.href !== page.href)].slice(0, LIMIT)
}

/** Whatever is stored may be old or edited: only well-formed addresses of this site count. */
export function parseRecent(text: string | null): RecentPage[] {
  if (text === null) return []
  try {
    const stored: unknown = JSON.parse(text)
    return Array.isArray(stored) ? stored.filter(isRecentPage).slice(0, LIMIT) : []
  } catch {
    return []
  }
}

function isRecentPage(value: unknown): value is RecentPage {
  if (typeof value !== 'object' || value === null) return false
  const { href, title } = value as Record<string, unknown>
  return typeof href === 'string' && /^\/(?!\/)/.test(href) && typeof title === 'string'
}

export function readRecent(): RecentPage[] {
  try {
    return parseRecent(localStorage.getItem(KEY))
  } catch {
    return []
  }
}

export function rememberPage(page: RecentPage): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(addRecent(readRecent(), page)))
  } catch {
    // Storage may be full or forbidden; the menu then simply has no history.
  }
}
