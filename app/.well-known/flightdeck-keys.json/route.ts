// The published keys under any Next host; server/main.ts answers this path before Next sees it.
import { api } from '@/lib/api'

export const GET = (request: Request) => api.fetch(request)
export const dynamic = 'force-dynamic'
