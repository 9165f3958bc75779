// Everything over HTTP about decisions and why they were made.
import { createRoutes } from '@/lib/access/http'
import { predictionsRoutes } from './predictions'

export const explanationsRoutes = createRoutes()
for (const routes of [predictionsRoutes]) explanationsRoutes.route('/', routes)
