// A Shapley value says what a model did with a value, not what causes what: no text of a reason may say more.

const CAUSAL_WORDS = [
  // English
  'because', 'due to', 'owing to', 'caus(?:e|es|ed|ing)', 'as a result of', 'result(?:s|ed|ing)? in', 'result(?:s|ed|ing)? from', 'leads? to', 'led to', 'on account of', 'thanks to', 'consequence of',
  // German
  'weil', 'wegen', 'deswegen', 'deshalb', 'aufgrund', 'auf grund', 'infolge', 'infolgedessen', 'verursach\\w*', 'ursach\\w*', 'ursächlich\\w*', 'bewirk\\w*', 'führ(?:t|te|ten|en) zu', 'zur folge', 'folge von', 'kausal\\w*',
]
const CAUSAL = new RegExp(`(?<![\\p{L}])(?:${CAUSAL_WORDS.map((word) => word.replaceAll(' ', '\\s+').replaceAll('\\w', '\\p{L}')).join('|')})(?![\\p{L}])`, 'iu')

/** The words with which a text claims a cause, as it has them; null for one that claims none. */
export function claimsCause(text: string): string | null {
  return CAUSAL.exec(text)?.[0] ?? null
}
