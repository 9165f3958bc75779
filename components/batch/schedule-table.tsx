import Link from 'next/link'
import { Card } from '@/components/ui/card'
import { formatDateTime } from '@/components/ui/format'
import { RelativeTime } from '@/components/ui/relative-time'
import { StatusMark } from '@/components/ui/status-mark'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@/components/ui/table'
import type { BatchSchedule } from '@/lib/batch/contract'
import { timingInWords } from '@/lib/batch/rules/timing-words'
import { ScheduleActions } from './schedule-actions'
import { deliveryInWords, jobState, sourceInWords, STATUS_WORDS } from './in-words'

export function ScheduleTable({ schedules, mayWrite }: { schedules: readonly BatchSchedule[]; mayWrite: boolean }) {
  return (
    <Card flush>
      <Table caption="Batch schedules">
        <TableHeader>
          <TableRow>
            <TableHead>Schedule</TableHead>
            <TableHead>Runs</TableHead>
            <TableHead>Next</TableHead>
            <TableHead>Last job</TableHead>
            <TableHead>Reads and delivers</TableHead>
            {mayWrite && <TableHead>What to do</TableHead>}
          </TableRow>
        </TableHeader>
        <TableBody>
          {schedules.map((schedule) => (
            <TableRow key={schedule.id}>
              <TableCell className="min-w-48">
                <span className="font-medium">{schedule.name}</span>
                <p className="text-sm text-ink-muted">{schedule.model.name}, {schedule.environment}</p>
              </TableCell>
              <TableCell className="min-w-40">{timingInWords(schedule)}</TableCell>
              <TableCell className="whitespace-nowrap">
                {schedule.isEnabled ? <span className="tabular-nums">{formatDateTime(schedule.nextDueAt)}</span> : <StatusMark state="unknown" label="Switched off" />}
              </TableCell>
              <TableCell className="whitespace-nowrap">
                {schedule.last === null ? (
                  <span className="text-ink-muted">None yet</span>
                ) : (
                  <>
                    <StatusMark state={jobState({ status: schedule.last.status, checkpoint: null })} label={STATUS_WORDS[schedule.last.status]} />
                    <p className="text-sm"><Link href={`/batch/${schedule.last.id}`} className="link"><RelativeTime at={schedule.last.createdAt} /></Link></p>
                  </>
                )}
              </TableCell>
              <TableCell className="min-w-52">
                {sourceInWords(schedule.source)}
                <p className="text-sm text-ink-muted">Delivery: {deliveryInWords(schedule.delivery)}</p>
              </TableCell>
              {mayWrite && <TableCell><ScheduleActions schedule={schedule} /></TableCell>}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Card>
  )
}
