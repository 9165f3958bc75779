import { Callout } from '@/components/ui/callout'
import { formatCount } from '@/components/ui/format'

const MOST_SHOWN = 20

export function LineProblems({ problems }: { problems: readonly { line: number; message: string }[] }) {
  if (problems.length === 0) return null
  const left = problems.length - MOST_SHOWN
  return (
    <Callout state="problem" title={problems.length === 1 ? 'One line is not in order' : `${formatCount(problems.length)} lines are not in order`} role="alert">
      <ul className="grid gap-0.5 tabular-nums">
        {problems.slice(0, MOST_SHOWN).map(({ line, message }) => (
          <li key={`${line} ${message}`}>
            Line {line}: {/^[a-z]/.test(message) ? `it ${message}` : message}
          </li>
        ))}
        {left > 0 && <li>and {formatCount(left)} more.</li>}
      </ul>
    </Callout>
  )
}
