import { Fragment } from 'react'
import { Badge } from '@/components/ui/badge'
import { formatPercent } from '@/components/ui/format'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@/components/ui/table'
import type { Field, Signature } from '@/lib/registry/contract'
import type { ReferenceColumn } from './reference-columns'
import { SmallDistribution } from './small-distribution'
import { rangeOf, TYPE_WORDS } from './words'

const MOST_CATEGORIES = 6

/** What a caller sends, and what the reference data held of it. */
export function SignatureTable({ signature, columns }: { signature: Signature; columns: readonly ReferenceColumn[] | null }) {
  return (
    <Table caption="Inputs">
      <TableHeader>
        <TableRow>
          <TableHead>Input</TableHead>
          <TableHead>Allowed</TableHead>
          <TableHead>Rules</TableHead>
          {columns && <TableHead>In the reference data</TableHead>}
          {columns && <TableHead numeric>Missing</TableHead>}
        </TableRow>
      </TableHeader>
      <TableBody>
        {signature.fields.map((field, index) => (
          <TableRow key={field.name}>
            <TableCell className="min-w-40">
              <span className="font-medium">{field.displayName}</span>
              <span className="block font-mono text-xs wrap-anywhere text-ink-muted"><Breakable name={field.name} /></span>
              {field.description && <span className="block max-w-prose text-xs text-ink-muted">{field.description}</span>}
            </TableCell>
            <TableCell className="min-w-36 text-sm">
              <span className="block text-ink-muted">{TYPE_WORDS[field.type]}</span>
              <Allowed field={field} />
            </TableCell>
            <TableCell>
              <span className="flex flex-wrap gap-1">
                <Badge>{field.isRequired ? 'required' : 'may be missing'}</Badge>
                {field.isSensitive && <Badge state="attention">sensitive</Badge>}
                {field.isActionable && <Badge>can be changed</Badge>}
              </span>
            </TableCell>
            {columns && <Reference column={columns[index]} />}
          </TableRow>
        ))}
      </TableBody>
    </Table>
  )
}

/** Long names of columns break at their underscores. */
function Breakable({ name }: { name: string }) {
  return name.split('_').map((part, index) => (
    <Fragment key={index}>
      {index > 0 && <>_<wbr /></>}
      {part}
    </Fragment>
  ))
}

function Allowed({ field }: { field: Field }) {
  const range = rangeOf(field)
  const labels = field.categoryLabels ?? {}
  const codes = [...new Set([...Object.keys(labels), ...(field.categories ?? [])])]
  if (codes.length === 0) return <>{range ?? 'anything'}</>
  const words = codes.map((code) => labels[code] ?? code)
  const coded = codes.filter((code) => labels[code] !== undefined && labels[code] !== code)
  const rest = words.slice(MOST_CATEGORIES)
  return (
    <>
      {words.slice(0, MOST_CATEGORIES).join(', ')}
      {rest.length > 0 && (
        <details>
          <summary className="min-h-6 cursor-pointer text-ink-muted">{rest.length} more</summary>
          {rest.join(', ')}
        </details>
      )}
      {coded.length > 0 && (
        <details>
          <summary className="min-h-6 cursor-pointer text-xs text-ink-muted">As a caller sends them</summary>
          <ul className="grid gap-0.5 text-xs">
            {coded.map((code) => (
              <li key={code}>
                <code className="break-words">{code}</code> <span className="text-ink-muted">{labels[code]}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
      {!field.isClosed && <span className="block text-xs text-ink-muted">others count as unknown</span>}
    </>
  )
}

function Reference({ column }: { column: ReferenceColumn | undefined }) {
  if (column === undefined) return null
  return (
    <>
      <TableCell className="min-w-36">
        <SmallDistribution bars={column.bars} />
        <span className="text-xs text-ink-muted">{column.usual}</span>
      </TableCell>
      <TableCell numeric>{formatPercent(column.missingShare)}</TableCell>
    </>
  )
}
