// Mounts the same API under any Next host; server/main.ts answers these paths before Next sees them.
import { api } from '@/lib/api'

const handle = (request: Request) => api.fetch(request)

export { handle as DELETE, handle as GET, handle as PATCH, handle as POST, handle as PUT }
