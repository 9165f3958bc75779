import { comparedChange } from './compared-words'

export interface ComparedChangeProps {
  section: string
  name: string
  before: string | number | null | undefined
  after: string | number | null
}

/** How far a figure moved, and whether that is better, where it can be said. */
export function ComparedChange({ section, name, before, after }: ComparedChangeProps) {
  const change = comparedChange(section, name, before, after)
  if (change === null) return null
  return (
    <span className="ml-2 text-xs whitespace-nowrap text-ink-muted">
      {change.text}
      {change.verdict !== null && ` ${change.verdict}`}
    </span>
  )
}
