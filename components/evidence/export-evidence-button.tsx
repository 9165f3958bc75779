'use client'

import { useMutation } from '@tanstack/react-query'
import { FileCheck } from 'lucide-react'
import { toast } from 'sonner'
import { Button } from '@/components/ui/button'
import { DropdownMenu, MenuItem } from '@/components/ui/dropdown-menu'
import { errorText } from '@/components/ui/error-text'
import { downloadBundle, downloadPdf } from '@/lib/evidence/client/evidence'

/** For those who may `evidence:issue`. */
export function ExportEvidenceButton({ predictionId }: { predictionId: string }) {
  const issue = useMutation({
    mutationFn: (format: 'pdf' | 'json') => (format === 'pdf' ? downloadPdf(predictionId) : downloadBundle({ predictions: [predictionId] })),
    onSuccess: ({ fileName }) => toast.success(`${fileName} is signed; the audit trail says who has it.`),
    onError: (error) => toast.error(errorText(error)),
  })
  return (
    <DropdownMenu
      trigger={
        <Button loading={issue.isPending}>
          <FileCheck aria-hidden /> Export evidence
        </Button>
      }
      align="end"
    >
      <MenuItem onSelect={() => issue.mutate('pdf')}>As a PDF, with the bundle attached</MenuItem>
      <MenuItem onSelect={() => issue.mutate('json')}>As a signed bundle (JSON)</MenuItem>
    </DropdownMenu>
  )
}
