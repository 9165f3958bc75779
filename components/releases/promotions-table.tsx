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
            <TableHead>State</TableHead>
            <TableHead>Promotion</TableHead>
            <TableHead>Why</TableHead>
            <TableHead>Gates</TableHead>
            <TableHead>Requested</TableHead>
          </TableRow>
        </TableHeader>
        <TableBody>
          {promotions.map((promotion) => (
            <TableRow key={promotion.id}>
              <TableCell className="whitespace-nowrap"><StatusMark {...STATUS_WORDS[promotion.status]} /></TableCell>
              <TableCell className="min-w-44">
                <RowLink href={`/promotions/${promotion.id}`} className="whitespace-normal!">{promotionTitle(promotion)}</RowLink>
                <span className="block text-xs text-ink-muted">{planInWords(promotion.plan)}</span>
              </TableCell>
              <TableCell className="max-w-72 min-w-52"><span className="line-clamp-2">{promotion.reason}</span></TableCell>
              <TableCell><StatusMark {...gatesInWords(promotion)} /></TableCell>
              <TableCell className="whitespace-nowrap">
                {promotion.requestedByName}
                <RelativeTime at={promotion.requestedAt} className="block text-xs text-ink-muted" />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  )
}
