// npm run build
import { ensureBuilt, ensureInstalled, requireNode } from './steps.mjs'

requireNode()
await ensureInstalled()
await ensureBuilt()
