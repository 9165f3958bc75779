import { RelativeTime } from '@/components/ui/relative-time'
import { StatusMark } from '@/components/ui/status-mark'
import { RowLink, Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@/components/ui/table'
import type { Promotion } from '@/lib/releases/contract'
import { gatesInWords, planInWords, promotionTitle, STATUS_WORDS } from './in-words'

export function PromotionsTable({ promotions, caption }: { promotions: readonly Promotion[]; caption: string }) {
  return (
    <div className="rounded-lg border bg-surface shadow-card">
      <Table caption={caption}>
        <TableHeader>
          <TableRow>
            <TableHead>Promotion</TableHead>
            <TableHead>Why</TableHead>
            <TableHead>Gates</TableHead>
            <TableHead>Requested</TableHead>
            <TableHead>State</TableHead>
          </TableRow>
        </TableHeader>
        <TableBody>
          {promotions.map((promotion) => (
            <TableRow key={promotion.id}>
              <TableCell>
                <RowLink href={`/promotions/${promotion.id}`}>{promotionTitle(promotion)}</RowLink>
                <span className="block text-xs text-ink-muted">{planInWords(promotion.plan)}</span>
              </TableCell>
              <TableCell className="max-w-72"><span className="line-clamp-2">{promotion.reason}</span></TableCell>
              <TableCell><StatusMark {...gatesInWords(promotion)} /></TableCell>
              <TableCell className="whitespace-nowrap">
                {promotion.requestedByName}
                <RelativeTime at={promotion.requestedAt} className="block text-xs text-ink-muted" />
              </TableCell>
              <TableCell><StatusMark {...STATUS_WORDS[promotion.status]} /></TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  )
}
