import { Badge } from '@/components/ui/badge'
import { RelativeTime } from '@/components/ui/relative-time'
import { RowLink, SortHead, Table, TableBody, TableCell, TableHead, TableHeader, TableRow, type SortDirection } from '@/components/ui/table'
import type { ListedModel, ModelSort } from '@/lib/registry/contract'
import type { Release } from '@/lib/releases/contract'
import { ServingMark } from './serving-mark'
import { TASK_WORDS } from './words'

export interface ModelTableProps {
  models: readonly ListedModel[]
  production: ReadonlyMap<string, Release>
  sort: ModelSort
  descending: boolean
  /** Where a click on a column leads. */
  sortHref: (sort: ModelSort) => string
}

export function ModelTable({ models, production, sort, descending, sortHref }: ModelTableProps) {
  const direction = (column: ModelSort): SortDirection | undefined => (column === sort ? (descending ? 'descending' : 'ascending') : undefined)
  return (
    <Table caption="Models">
      <TableHeader>
        <TableRow>
          <SortHead label="Model" href={sortHref('name')} direction={direction('name')} />
          <TableHead>In production</TableHead>
          <TableHead>Answers</TableHead>
          <TableHead>Owner</TableHead>
          <TableHead>Tags</TableHead>
          <TableHead numeric>Versions</TableHead>
          <TableHead>Latest</TableHead>
          <SortHead label="Created" href={sortHref('created')} direction={direction('created')} />
        </TableRow>
      </TableHeader>
      <TableBody>
        {models.map((model) => (
          <TableRow key={model.id}>
            <TableCell className="min-w-48">
              <RowLink href={`/models/${model.slug}`}>{model.name}</RowLink>
              <span className="block font-mono text-xs text-ink-muted">{model.slug}</span>
            </TableCell>
            <TableCell>
              <span className="flex flex-wrap gap-1">
                <ServingMark release={production.get(model.id)} />
              </span>
            </TableCell>
            <TableCell className="whitespace-nowrap">{TASK_WORDS[model.task]}</TableCell>
            <TableCell>{model.owner}</TableCell>
            <TableCell>
              <span className="flex flex-wrap gap-1">
                {model.tags.map((tag) => (
                  <Badge key={tag}>{tag}</Badge>
                ))}
              </span>
            </TableCell>
            <TableCell numeric>{model.versions}</TableCell>
            <TableCell className="whitespace-nowrap">
              {model.latestVersion === null ? '–' : <>v{model.latestVersion.number}, <RelativeTime at={model.latestVersion.createdAt} /></>}
            </TableCell>
            <TableCell className="whitespace-nowrap">
              <RelativeTime at={model.createdAt} />
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  )
}
