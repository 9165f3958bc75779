/** The name a caller probably meant: the nearest one, if at most a third of its letters differ; else undefined. */
export function nearestName(given: string, names: readonly string[]): string | undefined {
  let best: string | undefined
  let least = Infinity
  const wanted = given.toLowerCase()
  for (const name of names) {
    const allowed = Math.max(1, Math.floor(name.length / 3))
    if (Math.abs(name.length - given.length) > allowed) continue
    const distance = editDistance(wanted, name.toLowerCase())
    if (distance <= allowed && distance < least) {
      best = name
      least = distance
    }
  }
  return best
}

/** Levenshtein 1966: insertions, deletions and replacements. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const current = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      current.push(Math.min(replaced, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1))
    }
    previous = current
  }
  return previous[b.length] ?? 0
}
