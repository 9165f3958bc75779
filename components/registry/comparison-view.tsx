import Link from 'next/link'
import { Card } from '@/components/ui/card'
import { classNames } from '@/components/ui/class-names'
import { formatDate } from '@/components/ui/format'
import { StatusMark } from '@/components/ui/status-mark'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@/components/ui/table'
import type { ComparedRow, ComparedSection, Comparison } from '@/lib/registry/rules'
import { ComparedChange } from './compared-change'
import { comparedName, comparedValue } from './compared-words'

export interface ComparisonViewProps {
  slug: string
  comparison: Comparison
  /** Display names by field name. */
  names: ReadonlyMap<string, string>
}

/** Part by part: what differs in view, what is the same one click away. */
export function ComparisonView({ slug, comparison, names }: ComparisonViewProps) {
  const { sections, versions } = comparison
  return (
    <div className="grid gap-5">
      {sections.map((section) => {
        const table = { slug, section: section.title, versions, names }
        const differing = section.rows.filter((row) => row.differs)
        const same = section.rows.filter((row) => !row.differs)
        return (
          <Card
            key={section.title}
            flush
            title={section.title}
            description={section.description}
            actions={<StatusMark state={section.differences === 0 ? 'ok' : 'info'} label={inWords(section)} />}
          >
            {differing.length > 0 && <SectionTable {...table} caption={section.title} rows={differing} />}
            {same.length > 0 && (
              <details className={differing.length > 0 ? 'border-t' : undefined}>
                <summary className="min-h-6 cursor-pointer px-3 py-2 text-sm text-ink-muted hover:text-ink">
                  {same.length === 1 ? '1 value is the same' : `${same.length} values are the same`}
                </summary>
                <SectionTable {...table} caption={`${section.title}: the same`} rows={same} />
              </details>
            )}
          </Card>
        )
      })}
    </div>
  )
}

interface SectionTableProps {
  slug: string
  section: string
  caption: string
  rows: readonly ComparedRow[]
  versions: Comparison['versions']
  names: ReadonlyMap<string, string>
}

function SectionTable({ slug, section, caption, rows, versions, names }: SectionTableProps) {
  // Two versions fit a phone; more of them scroll inside the table.
  const width = versions.length > 2 ? 'min-w-150' : undefined
  return (
    <Table caption={caption} className={classNames('table-fixed', width)}>
      <TableHeader>
        <TableRow>
          <TableHead className="w-28 sm:w-56">Name</TableHead>
          {versions.map((version) => (
            <TableHead key={version.id} className="whitespace-normal!">
              <Link href={`/models/${slug}/versions/${version.number}`} className="link">
                v{version.number}
              </Link>{' '}
              <span className="font-normal">{formatDate(version.createdAt)}</span>
            </TableHead>
          ))}
        </TableRow>
      </TableHeader>
      <TableBody>
        {rows.map((row) => (
          <TableRow key={row.name} className={row.differs ? undefined : 'text-ink-muted'}>
            <th scope="row" className="px-3 py-2 text-left font-medium wrap-anywhere">
              {comparedName(section, row.name, names)}
            </th>
            {row.values.map((value, index) => (
              <TableCell key={index} className="tabular-nums wrap-anywhere">
                {comparedValue(section, row.name, value)}
                {index > 0 && <ComparedChange section={section} name={row.name} before={row.values[0]} after={value} />}
              </TableCell>
            ))}
          </TableRow>
        ))}
      </TableBody>
    </Table>
  )
}

function inWords({ differences }: ComparedSection): string {
  if (differences === 0) return 'No difference'
  return differences === 1 ? '1 difference' : `${differences} differences`
}
