import { Card } from '@/components/ui/card'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@/components/ui/table'
import { metricName, type Version } from '@/lib/registry/contract'
import { metricValue } from './words'

/** What Flightdeck measured beside what was told, so that nobody takes one for the other. */
export function MetricsCard({ version }: { version: Version }) {
  const measured = version.reference?.metrics ?? {}
  const told = version.lineage.metrics ?? {}
  const names = [...new Set([...Object.keys(measured), ...Object.keys(told)])]
  if (names.length === 0) {
    return (
      <Card title="Quality">
        <p className="text-sm text-ink-muted">No figures: the registration told none, and the reference data has no column with the true answer.</p>
      </Card>
    )
  }
  return (
    <Card flush title="Quality" description="Told: at registration. Measured: by Flightdeck on the reference rows; those the model was trained on flatter it.">
      <Table caption="Quality">
        <TableHeader>
          <TableRow>
            <TableHead>Metric</TableHead>
            <TableHead numeric>Told</TableHead>
            <TableHead numeric>Measured</TableHead>
          </TableRow>
        </TableHeader>
        <TableBody>
          {names.map((name) => (
            <TableRow key={name}>
              <TableCell>{metricName(name)}</TableCell>
              <TableCell numeric>{valueOf(told[name])}</TableCell>
              <TableCell numeric>{valueOf(measured[name])}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Card>
  )
}

function valueOf(value: number | undefined): string {
  return value === undefined ? '–' : metricValue(value)
}
