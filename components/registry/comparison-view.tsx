import Link from 'next/link'
import { Card } from '@/components/ui/card'
import { formatDate, formatNumber } from '@/components/ui/format'
import { StatusMark } from '@/components/ui/status-mark'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@/components/ui/table'
import type { ComparedRow, ComparedSection, Comparison } from '@/lib/registry/rules/compare-versions'
import { metricName, metricValue } from './words'

const METRIC_SECTIONS = ['Measured on reference rows', 'Told at registration']

export function ComparisonView({ slug, comparison }: { slug: string; comparison: Comparison }) {
  return (
    <div className="grid gap-5">
      {comparison.sections.map((section) => (
        <Card
          key={section.title}
          flush
          title={section.title}
          description={section.description}
          actions={<StatusMark state={section.differences === 0 ? 'ok' : 'info'} label={inWords(section.differences)} />}
        >
          <SectionTable slug={slug} section={section} versions={comparison.versions} />
        </Card>
      ))}
    </div>
  )
}

function SectionTable({ slug, section, versions }: { slug: string; section: ComparedSection; versions: Comparison['versions'] }) {
  const isMetric = METRIC_SECTIONS.includes(section.title)
  return (
    <Table caption={section.title}>
      <TableHeader>
        <TableRow>
          <TableHead className="w-56">Name</TableHead>
          {versions.map((version) => (
            <TableHead key={version.id}>
              <Link href={`/models/${slug}/versions/${version.number}`} className="link">
                v{version.number}
              </Link>{' '}
              <span className="font-normal">{formatDate(version.createdAt)}</span>
            </TableHead>
          ))}
        </TableRow>
      </TableHeader>
      <TableBody>
        {section.rows.map((row) => (
          <CompareRow key={row.name} row={row} isMetric={isMetric} />
        ))}
      </TableBody>
    </Table>
  )
}

function CompareRow({ row, isMetric }: { row: ComparedRow; isMetric: boolean }) {
  return (
    <TableRow className={row.differs ? undefined : 'text-ink-muted'}>
      <TableCell className={row.differs ? 'font-medium' : undefined}>
        {isMetric ? metricName(row.name) : row.name}
        {row.differs && <span className="sr-only"> (differs)</span>}
      </TableCell>
      {row.values.map((value, index) => (
        <TableCell key={index} className="max-w-80 break-words tabular-nums">
          {value === null ? '–' : typeof value === 'string' ? value : isMetric ? metricValue(value) : formatNumber(value)}
          {index > 0 && <Difference from={row.values[0]} to={value} />}
        </TableCell>
      ))}
    </TableRow>
  )
}

/** Against the first version, where both are figures. */
function Difference({ from, to }: { from: string | number | null | undefined; to: string | number | null }) {
  if (typeof from !== 'number' || typeof to !== 'number' || from === to) return null
  return <span className="ml-2 text-xs text-ink-muted">{formatNumber(to - from, { signed: true })}</span>
}

function inWords(differences: number): string {
  if (differences === 0) return 'No difference'
  return differences === 1 ? '1 difference' : `${differences} differences`
}
