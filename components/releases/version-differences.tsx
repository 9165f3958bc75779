import { formatNumber, NO_VALUE } from '@/components/ui/format'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@/components/ui/table'
import type { Comparison } from '@/lib/registry/rules'

export interface VersionDifferencesProps {
  comparison: Comparison
}

/** The champion and the candidate side by side: only what differs, the figures first; the rest is one click away. */
export function VersionDifferences({ comparison }: VersionDifferencesProps) {
  const isAlone = comparison.versions.length === 1
  const sections = comparison.sections.map((section) => ({ ...section, shown: section.rows.filter((row) => isAlone || row.differs) }))
  const visible = sections.filter((section) => section.shown.length > 0)
  const equal = sections.reduce((sum, section) => sum + section.rows.length - section.shown.length, 0)
  if (visible.length === 0) return <p className="text-sm text-ink-muted">The two versions do not differ in anything that was recorded.</p>
  const heads = isAlone ? ['Candidate'] : ['Champion', 'Candidate']
  return (
    <div className="rounded-lg border bg-surface shadow-card">
      <Table caption={isAlone ? 'The candidate' : 'Differences between champion and candidate'}>
        <TableHeader>
          <TableRow>
            <TableHead>{isAlone ? 'What' : 'What differs'}</TableHead>
            {comparison.versions.map((version, index) => (
              <TableHead key={version.id}>{`${heads[index]} (version ${version.number})`}</TableHead>
            ))}
          </TableRow>
        </TableHeader>
        {visible.map((section) => (
          <TableBody key={section.title}>
            <tr className="border-b bg-sunken">
              <th scope="rowgroup" colSpan={1 + comparison.versions.length} className="px-3 py-1.5 text-left text-xs font-medium text-ink-muted">
                {section.title} <span className="font-normal text-ink-subtle">{section.description}</span>
              </th>
            </tr>
            {section.shown.map((row) => (
              <TableRow key={row.name}>
                <th scope="row" className="max-w-72 px-3 py-1.5 text-left font-medium wrap-anywhere max-sm:max-w-32">{row.name}</th>
                {row.values.map((value, index) => (
                  <TableCell key={comparison.versions[index]?.id ?? index} className="max-w-80 tabular-nums wrap-anywhere max-sm:max-w-32">
                    {typeof value === 'number' ? formatNumber(value, { decimals: decimalsOf(value) }) : (value ?? NO_VALUE)}
                    {index === 1 && <Change before={row.values[0]} after={value} />}
                  </TableCell>
                ))}
              </TableRow>
            ))}
          </TableBody>
        ))}
      </Table>
      {equal > 0 && <p className="border-t px-3 py-2 text-xs text-ink-muted">{`${equal} more ${equal === 1 ? 'value is' : 'values are'} the same in both.`}</p>}
    </div>
  )
}

function Change({ before, after }: { before: string | number | null | undefined; after: string | number | null }) {
  if (typeof before !== 'number' || typeof after !== 'number') return null
  const decimals = Math.max(decimalsOf(before), decimalsOf(after))
  return <span className="ml-2 text-xs whitespace-nowrap text-ink-muted">{formatNumber(after - before, { signed: true, decimals })}</span>
}

function decimalsOf(value: number): number {
  return Number.isInteger(value) ? 0 : 4
}
