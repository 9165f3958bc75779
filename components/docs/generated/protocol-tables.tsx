import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@/components/ui/table'
import { PROTOCOL_NAMES, PROTOCOL_TABLE, PROTOCOLS } from '@/lib/protocols/table'

/** What the adapters dispatch by, protocol by protocol. */
export function ProtocolTables() {
  return PROTOCOL_NAMES.map((name) => {
    const { title, dialect, authentication } = PROTOCOLS[name]
    return (
      <section key={name} className="border-b last:border-b-0">
        <header className="px-3 pt-3 pb-1 text-xs text-ink-muted">
          <p className="text-sm font-medium text-ink">{title}</p>
          <p>Refusals: {dialect}. Authentication: {authentication}.</p>
        </header>
        <Table caption={title}>
          <TableHeader>
            <TableRow>
              <TableHead>Call</TableHead>
              <TableHead>What it does here</TableHead>
              <TableHead>Needs</TableHead>
            </TableRow>
          </TableHeader>
          <TableBody>
            {PROTOCOL_TABLE.filter((entry) => entry.protocol === name).map(({ method, path, meaning, needs, hasOwnPort }) => (
              <TableRow key={`${method} ${path}`}>
                <TableCell>
                  <code className="font-mono text-xs">{`${method} ${path}`}</code>
                  {hasOwnPort && <span className="block text-xs text-ink-muted">on its own port</span>}
                </TableCell>
                <TableCell>{meaning}</TableCell>
                <TableCell>{needs ?? 'nothing'}</TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </section>
    )
  })
}
