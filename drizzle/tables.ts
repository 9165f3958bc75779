// Every domain's tables, for the generator of migrations.
import type { Kit } from '../lib/database/kit'
import { tablesFor } from '../lib/database/kit'
import { accessTables } from '../lib/access/tables'
import { alertsTables } from '../lib/alerts/tables'
import { auditTables } from '../lib/audit/tables'
import { automationTables } from '../lib/automation/tables'
import { batchTables } from '../lib/batch/tables'
import { evidenceTables } from '../lib/evidence/tables'
import { explanationsTables } from '../lib/explanations/tables'
import { monitoringTables } from '../lib/monitoring/tables'
import { registryTables } from '../lib/registry/tables'
import { releasesTables } from '../lib/releases/tables'
import { servingTables } from '../lib/serving/tables'

export const allTables = (kit: Kit) => ({
  ...tablesFor(kit, accessTables),
  ...tablesFor(kit, auditTables),
  ...tablesFor(kit, registryTables),
  ...tablesFor(kit, releasesTables),
  ...tablesFor(kit, servingTables),
  ...tablesFor(kit, explanationsTables),
  ...tablesFor(kit, monitoringTables),
  ...tablesFor(kit, alertsTables),
  ...tablesFor(kit, automationTables),
  ...tablesFor(kit, batchTables),
  ...tablesFor(kit, evidenceTables),
})
