import { ComparedChange } from '@/components/registry/compared-change'
import { comparedName, comparedValue } from '@/components/registry/compared-words'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@/components/ui/table'
import type { ComparedRow, ComparedSection, Comparison } from '@/lib/registry/rules'

export interface VersionDifferencesProps {
  comparison: Comparison
  /** Display names by field name. */
  names: ReadonlyMap<string, string>
}

type ShownSection = Pick<ComparedSection, 'title' | 'description'> & { rows: ComparedRow[] }

/** What decides is in view; what explains how it was trained is one click away. */
const FIRST_SECTIONS = ['Told at registration', 'Measured on reference rows', 'Inputs', 'Answer']

/** The champion and the candidate side by side: only what differs, the figures first. */
export function VersionDifferences({ comparison, names }: VersionDifferencesProps) {
  const { versions } = comparison
  const isAlone = versions.length === 1
  const sections = comparison.sections
    .map((section): ShownSection => ({ ...section, rows: section.rows.filter((row) => isAlone || row.differs) }))
    .filter((section) => section.rows.length > 0)
  if (sections.length === 0) return <p className="text-sm text-ink-muted">The two versions do not differ in anything that was recorded.</p>
  const equal = comparison.sections.reduce((sum, section) => sum + section.rows.length, 0) - countRows(sections)
  const first = sections.filter((section) => FIRST_SECTIONS.includes(section.title))
  const rest = sections.filter((section) => !FIRST_SECTIONS.includes(section.title))
  return (
    <div className="rounded-lg border bg-surface shadow-card">
      {first.length > 0 && (
        <DifferenceTable caption={isAlone ? 'The candidate' : 'Differences between champion and candidate'} sections={first} versions={versions} names={names} />
      )}
      {rest.length > 0 && (
        <details className="border-t">
          <summary className="min-h-6 cursor-pointer px-3 py-2 text-sm text-ink-muted hover:text-ink">
            {`${rest.map((section, index) => (index === 0 ? section.title : section.title.toLowerCase())).join(', ')}: ${countRows(rest)} more`}
          </summary>
          <DifferenceTable caption="Further differences" sections={rest} versions={versions} names={names} />
        </details>
      )}
      {equal > 0 && <p className="border-t px-3 py-2 text-xs text-ink-muted">{`${equal} more ${equal === 1 ? 'value is' : 'values are'} the same in both.`}</p>}
    </div>
  )
}

function countRows(sections: readonly ShownSection[]): number {
  return sections.reduce((sum, section) => sum + section.rows.length, 0)
}

interface DifferenceTableProps {
  caption: string
  sections: readonly ShownSection[]
  versions: Comparison['versions']
  names: ReadonlyMap<string, string>
}

function DifferenceTable({ caption, sections, versions, names }: DifferenceTableProps) {
  const heads = versions.length === 1 ? ['Candidate'] : ['Champion', 'Candidate']
  return (
    <Table caption={caption} className="table-fixed">
      <TableHeader>
        <TableRow>
          <TableHead>{versions.length === 1 ? 'What' : 'What differs'}</TableHead>
          {versions.map((version, index) => (
            <TableHead key={version.id} className="whitespace-normal!">{`${heads[index]} (version ${version.number})`}</TableHead>
          ))}
        </TableRow>
      </TableHeader>
      {sections.map((section) => (
        <TableBody key={section.title}>
          <tr className="border-b bg-sunken">
            <th scope="rowgroup" colSpan={1 + versions.length} className="px-3 py-1.5 text-left text-xs font-medium text-ink-muted">
              {section.title} <span className="font-normal text-ink-subtle">{section.description}</span>
            </th>
          </tr>
          {section.rows.map((row) => (
            <TableRow key={row.name}>
              <th scope="row" className="px-3 py-1.5 text-left font-medium wrap-anywhere">{comparedName(section.title, row.name, names)}</th>
              {row.values.map((value, index) => (
                <TableCell key={versions[index]?.id ?? index} className="tabular-nums wrap-anywhere">
                  {comparedValue(section.title, row.name, value)}
                  {index === 1 && <ComparedChange section={section.title} name={row.name} before={row.values[0]} after={value} />}
                </TableCell>
              ))}
            </TableRow>
          ))}
        </TableBody>
      ))}
    </Table>
  )
}
