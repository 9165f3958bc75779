// Everything over HTTP about decisions and why they were made.
import { createRoutes } from '@/lib/access/http'
import { insightsRoutes } from './insights'
import { liveRoutes } from './live'
import { lookupRoutes } from './lookup'
import { predictionsRoutes } from './predictions'
import { reasonsRoutes } from './reasons'

export const explanationsRoutes = createRoutes()
for (const routes of [predictionsRoutes, liveRoutes, lookupRoutes, insightsRoutes, reasonsRoutes]) explanationsRoutes.route('/', routes)
