import Link from 'next/link'
import { Callout } from '@/components/ui/callout'
import { formatBytes, formatNumber } from '@/components/ui/format'
import type { Inspection } from '@/lib/registry/contract'
import { TASK_WORDS } from '../words'

/** What was found in the file, before anything is saved. */
export function InspectionSummary({ inspection }: { inspection: Inspection }) {
  const { signature, summary, registeredAs, bytes, sha256 } = inspection
  const { trees, parameterCount, producer } = summary
  const parts = [
    `${signature.fields.length} inputs`,
    trees ? `${formatNumber(trees.trees)} trees of depth up to ${trees.maximumDepth}` : `${formatNumber(parameterCount)} parameters`,
    producer && `made by ${producer}`,
    formatBytes(bytes),
  ]
  return (
    <div className="grid gap-2">
      <Callout state="ok" role="status" title={`Answers: ${TASK_WORDS[signature.task].toLowerCase()}${signature.classes ? ` (${signature.classes.join(', ')})` : ''}`}>
        {parts.filter(Boolean).join(', ')}
        <span className="block truncate font-mono text-xs">SHA-256 {sha256}</span>
      </Callout>
      {registeredAs.length > 0 && (
        <Callout state="attention" title="This very file is registered already">
          {registeredAs.map(({ model, number }) => (
            <Link key={`${model}/${number}`} href={`/models/${model}/versions/${number}`} className="link mr-2">
              {model} v{number}
            </Link>
          ))}
          It cannot become another version of the same model.
        </Callout>
      )}
    </div>
  )
}
