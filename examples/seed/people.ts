// The demo's people, one for each role, and the programs that call. All names are made up.
import { createFirstAdministrator, createPerson, createToken } from '@/lib/access/commands'
import type { Person, Principal, Role } from '@/lib/access/contract'
import type { DemoAccount } from '@/lib/access/queries'
import { accessTables } from '@/lib/access/tables'
import type { Database } from '@/lib/database'
import type { Scenario } from './story'

export const PASSWORD = 'flightdeck-demo'

const ACCOUNTS: readonly DemoAccount[] = [
  { email: 'mara.lindt@demo.flightdeck.example', name: 'Mara Lindt', role: 'viewer' },
  { email: 'owen.park@demo.flightdeck.example', name: 'Owen Park', role: 'operator' },
  { email: 'ada.quist@demo.flightdeck.example', name: 'Ada Quist', role: 'approver' },
  { email: 'ravi.stone@demo.flightdeck.example', name: 'Ravi Stone', role: 'auditor' },
  { email: 'noor.hale@demo.flightdeck.example', name: 'Noor Hale', role: 'admin' },
]

export interface Cast {
  person(role: Role): Principal
  application(scenario: Pick<Scenario, 'application'>): Principal
}

export async function createCast(db: Database, scenarios: readonly Scenario[]): Promise<Cast> {
  const people = await createPeople()
  const person = (role: Role) => people.get(role) ?? missing(role)
  await offerAccounts(db)
  const programs = new Map<string, Principal>()
  for (const { application } of scenarios) {
    const { token } = await createToken(person('admin'), { name: application, scopes: ['predict', 'ingest'] })
    programs.set(application, { kind: 'token', id: token.id, name: token.name, role: null, scopes: token.scopes })
  }
  return { person, application: ({ application }) => programs.get(application) ?? missing(application) }
}

async function createPeople(): Promise<Map<Role, Principal>> {
  const [admin, others] = [ACCOUNTS.find(({ role }) => role === 'admin'), ACCOUNTS.filter(({ role }) => role !== 'admin')]
  if (!admin) throw new RangeError('The demo needs an administrator.')
  const first = principalOf(await createFirstAdministrator({ email: admin.email, name: admin.name, password: PASSWORD }))
  const people = new Map<Role, Principal>([['admin', first]])
  for (const { email, name, role } of others) {
    people.set(role, principalOf(await createPerson(first, { email, name, role, password: PASSWORD })))
  }
  return people
}

/** What makes the sign-in page offer these accounts. A real installation has no such row, and no command writes it. */
async function offerAccounts(db: Database): Promise<void> {
  await db.write(async (tx) => {
    const { settings } = tx.tables(accessTables)
    await tx.insert(settings).values({ name: 'demo', value: { accounts: ACCOUNTS, password: PASSWORD } })
  })
}

function principalOf({ id, name, role }: Person): Principal {
  return { kind: 'user', id, name, role }
}

function missing(who: string): never {
  throw new RangeError(`The demo has no ${who}.`)
}
