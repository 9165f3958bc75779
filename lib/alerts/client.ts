// Mutations of incidents and channels for components.
import { callApi } from '@/lib/access/client'
import type { ChannelChange, ChannelView, IncidentView, NewChannel } from './contract'

export const acknowledgeIncident = (id: string, note: string) =>
  callApi<IncidentView>(`/incidents/${id}/acknowledge`, { method: 'POST', body: { note } })
export const resolveIncident = (id: string, note: string) =>
  callApi<IncidentView>(`/incidents/${id}/resolve`, { method: 'POST', body: { note } })

export const createChannel = (channel: NewChannel) => callApi<ChannelView>('/channels', { method: 'POST', body: channel })
export const changeChannel = (id: string, change: ChannelChange) => callApi<ChannelView>(`/channels/${id}`, { method: 'PATCH', body: change })
export const deleteChannel = (id: string) => callApi<{ deleted: true }>(`/channels/${id}`, { method: 'DELETE' })
export const testChannel = (id: string) =>
  callApi<{ isDelivered: boolean; error: string | null }>(`/channels/${id}/test`, { method: 'POST' })
