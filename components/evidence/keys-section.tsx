'use client'

import { useRouter } from 'next/navigation'
import { toast } from 'sonner'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { CopyButton } from '@/components/ui/copy-button'
import { EmptyState } from '@/components/ui/empty-state'
import { formatDateTime } from '@/components/ui/format'
import { StatusMark } from '@/components/ui/status-mark'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@/components/ui/table'
import { rotateSigningKey } from '@/lib/evidence/client/evidence'
import { KEYS_PATH, type SigningKey } from '@/lib/evidence/contract/bundle'

export function KeysSection({ keys, mayRotate }: { keys: readonly SigningKey[]; mayRotate: boolean }) {
  const published = (
    <>
      Published without sign-in at <a className="link break-all" href={KEYS_PATH}>{KEYS_PATH}</a>, the retired ones too: what they signed stays valid.
    </>
  )
  return (
    <Card title="Keys" description={published} actions={mayRotate && keys.length > 0 ? <RotateButton /> : undefined} flush>
      {keys.length === 0 ? (
        <EmptyState title="No key yet">The first one is made with the first bundle.</EmptyState>
      ) : (
        <Table caption="Keys that sign evidence">
          <TableHeader>
            <TableRow>
              <TableHead>Key id (RFC 7638)</TableHead>
              <TableHead>In use from</TableHead>
              <TableHead>To</TableHead>
              <TableHead>Made by</TableHead>
              <TableHead>State</TableHead>
            </TableRow>
          </TableHeader>
          <TableBody>
            {keys.map(({ id, createdAt, createdBy, retiredAt }) => (
              <TableRow key={id}>
                <TableCell>
                  <span className="flex items-center gap-1">
                    <code className="whitespace-nowrap">{id}</code>
                    <CopyButton value={id} label="key id" />
                  </span>
                </TableCell>
                <TableCell className="whitespace-nowrap">{formatDateTime(createdAt)}</TableCell>
                <TableCell className="whitespace-nowrap">{formatDateTime(retiredAt)}</TableCell>
                <TableCell>{createdBy}</TableCell>
                <TableCell>{retiredAt === null ? <StatusMark state="ok" label="Signs" /> : <StatusMark state="unknown" label="Retired" />}</TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      )}
    </Card>
  )
}

function RotateButton() {
  const router = useRouter()
  return (
    <ConfirmDialog
      trigger={<Button size="small">Rotate</Button>}
      title="Replace the signing key?"
      effect="A new key signs from now on. The private half of the present one is erased; its public half stays published, so earlier bundles verify as before."
      undo="It cannot be undone, and nothing is lost by it: rotate once more if need be. Tell those who keep a copy of the keys to fetch it again."
      confirmLabel="Rotate the key"
      tone="danger"
      reason="required"
      onConfirm={async (reason) => {
        const key = await rotateSigningKey(reason)
        toast.success(`The key ${key.id.slice(0, 8)}… signs from now on.`)
        router.refresh()
      }}
    />
  )
}
