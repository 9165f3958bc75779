// `npm run migrations -- NAME`: writes the SQL that takes the last snapshot to today's tables, for both engines.
// `npm run migrations -- NAME --empty`: a migration to fill by hand (triggers, data).
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as drizzleKit from 'drizzle-kit/api'
import { allTables } from '../drizzle/tables'
import { postgresKit, sqliteKit } from '../lib/database/kit'

const [name, flag] = process.argv.slice(2)
if (name === undefined || !/^[a-z0-9]+(_[a-z0-9]+)*$/.test(name)) {
  console.error('Name the migration in lower case with underscores: npm run migrations -- add_owner')
  process.exit(1)
}

interface Journal {
  entries: { idx: number; tag: string }[]
}

const engines = {
  sqlite: {
    snapshot: (previous: string | undefined) =>
      drizzleKit.generateSQLiteDrizzleJson(allTables(sqliteKit) as Record<string, unknown>, previous),
    difference: drizzleKit.generateSQLiteMigration as unknown as Difference,
  },
  postgres: {
    snapshot: (previous: string | undefined) =>
      drizzleKit.generateDrizzleJson(allTables(postgresKit) as Record<string, unknown>, previous),
    difference: drizzleKit.generateMigration as unknown as Difference,
  },
}
type Snapshot = { id: string }
type Difference = (before: Snapshot, after: Snapshot) => Promise<string[]>

const EMPTY_SNAPSHOTS = {
  sqlite: () => drizzleKit.generateSQLiteDrizzleJson({}),
  postgres: () => drizzleKit.generateDrizzleJson({}),
}

for (const engine of ['sqlite', 'postgres'] as const) {
  const folder = join(process.cwd(), 'drizzle', engine)
  const journalFile = join(folder, 'meta', '_journal.json')
  mkdirSync(join(folder, 'meta'), { recursive: true })
  const journal: Journal = existsSync(journalFile) ? (JSON.parse(readFileSync(journalFile, 'utf8')) as Journal) : { entries: [] }
  const snapshotFile = join(folder, 'meta', 'snapshot.json')
  const before = existsSync(snapshotFile)
    ? (JSON.parse(readFileSync(snapshotFile, 'utf8')) as Snapshot)
    : ((await EMPTY_SNAPSHOTS[engine]()) as Snapshot)
  const after = (await engines[engine].snapshot(before.id)) as Snapshot
  const statements = flag === '--empty' ? ['-- written by hand'] : await engines[engine].difference(before, after)
  if (statements.length === 0) {
    console.log(`${engine}: nothing to change`)
    continue
  }
  const idx = journal.entries.length
  const tag = `${String(idx).padStart(4, '0')}_${name}`
  writeFileSync(join(folder, `${tag}.sql`), statements.join('\n--> statement-breakpoint\n') + '\n')
  journal.entries.push({ idx, tag })
  writeFileSync(journalFile, JSON.stringify(journal, null, 2) + '\n')
  writeFileSync(snapshotFile, JSON.stringify(after, null, 2) + '\n')
  console.log(`${engine}: drizzle/${engine}/${tag}.sql, ${statements.length} statements`)
}
