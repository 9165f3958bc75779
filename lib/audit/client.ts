import { callApi } from '@/lib/access/client'
import type { ChainCheck } from './contract'

export const checkAuditChain = () => callApi<ChainCheck>('/audit/check')
