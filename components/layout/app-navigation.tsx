// Which pages a role may open, in the order people need them.
import { Activity, Bell, BookOpen, Boxes, ClipboardCheck, ClipboardList, FileCheck, FileClock, Gauge, KeyRound, Layers, ListChecks, Send, Users } from 'lucide-react'
import type { Permission } from '@/lib/access/contract'
import type { NavigationGroup } from './navigation'

export interface WaitingCounts {
  incidents: number
  promotions: number
}

export function appNavigation(may: (permission: Permission) => boolean, waiting: WaitingCounts): NavigationGroup[] {
  return [
    {
      items: [
        { label: 'Overview', href: '/', icon: <Gauge aria-hidden /> },
        { label: 'Models', href: '/models', icon: <Boxes aria-hidden /> },
        { label: 'Promotions', href: '/promotions', icon: <ClipboardCheck aria-hidden />, count: waiting.promotions, countLabel: 'waiting for a decision' },
        { label: 'Incidents', href: '/incidents', icon: <Bell aria-hidden />, count: waiting.incidents, countLabel: 'open incidents' },
        { label: 'Predictions', href: '/predictions', icon: <ListChecks aria-hidden /> },
        { label: 'Batch', href: '/batch', icon: <Layers aria-hidden /> },
        { label: 'Usage', href: '/usage', icon: <Activity aria-hidden /> },
        ...(may('audit:read') ? [{ label: 'Reviews', href: '/reviews', icon: <ClipboardList aria-hidden /> }] : []),
        ...(may('evidence:issue') ? [{ label: 'Evidence', href: '/evidence', icon: <FileCheck aria-hidden /> }] : []),
        ...(may('audit:read') ? [{ label: 'Audit', href: '/audit', icon: <FileClock aria-hidden /> }] : []),
      ],
    },
    {
      label: 'Settings',
      items: [
        ...(may('people:write') ? [{ label: 'People', href: '/settings/people', icon: <Users aria-hidden /> }] : []),
        ...(may('token:write') ? [{ label: 'Tokens', href: '/settings/tokens', icon: <KeyRound aria-hidden /> }] : []),
        ...(may('channel:write') ? [{ label: 'Channels', href: '/settings/channels', icon: <Send aria-hidden /> }] : []),
      ],
    },
    {
      label: 'Help',
      items: [
        { label: 'Guide and API', href: '/docs', icon: <BookOpen aria-hidden /> },
      ],
    },
  ].filter((group) => group.items.length > 0)
}
