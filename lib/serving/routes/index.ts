// HTTP of the serving lane.
import { createRoutes } from '@/lib/access/http'
import { callRoutes } from './calls'
import { settingsRoutes } from './settings'
import { usageRoutes } from './usage'

export const servingRoutes = createRoutes()
for (const routes of [callRoutes, settingsRoutes, usageRoutes]) servingRoutes.route('/', routes)
