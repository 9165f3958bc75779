import NextAuth from 'next-auth'
import { authOptions } from '@/lib/access/next-auth'

type Context = { params: Promise<{ nextauth: string[] }> }

const handle = async (request: Request, context: Context): Promise<Response> =>
  NextAuth(await authOptions())(request, context) as Promise<Response>

export { handle as GET, handle as POST }
