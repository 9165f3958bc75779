import Link from 'next/link'
import { Card } from '@/components/ui/card'
import { RelativeTime } from '@/components/ui/relative-time'
import { RowLink, Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@/components/ui/table'
import { metricName, type VersionSummary } from '@/lib/registry/contract'
import { leadingMetric, metricValue } from './words'

export function LatestVersions({ slug, versions }: { slug: string; versions: readonly VersionSummary[] }) {
  return (
    <Card flush title="Latest versions" actions={<Link href={`/models/${slug}/versions`} className="link text-sm">{versions.length === 1 ? 'All versions' : `All ${versions.length} versions`}</Link>}>
      <Table caption="Latest versions">
        <TableHeader>
          <TableRow>
            <TableHead>Version</TableHead>
            <TableHead>What is new</TableHead>
            <TableHead>Registered</TableHead>
            <TableHead numeric>Quality</TableHead>
          </TableRow>
        </TableHeader>
        <TableBody>
          {versions.slice(0, 5).map((version) => {
            const metric = leadingMetric(version.metrics)
            return (
              <TableRow key={version.id}>
                <TableCell>
                  <RowLink href={`/models/${slug}/versions/${version.number}`}>v{version.number}</RowLink>
                </TableCell>
                <TableCell className="min-w-48 text-ink-muted">{version.description || '–'}</TableCell>
                <TableCell className="whitespace-nowrap">
                  <RelativeTime at={version.createdAt} /> by {version.createdByName}
                </TableCell>
                <TableCell numeric>{metric === null ? '–' : `${metricName(metric.name)} ${metricValue(metric.value)}`}</TableCell>
              </TableRow>
            )
          })}
        </TableBody>
      </Table>
    </Card>
  )
}
