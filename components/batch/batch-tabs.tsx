import { Tabs } from '@/components/ui/tabs'

export function BatchTabs({ current, schedules }: { current: '/batch' | '/batch/schedules'; schedules: number }) {
  return <Tabs label="Batch sections" current={current} tabs={[{ label: 'Jobs', href: '/batch' }, { label: 'Schedules', href: '/batch/schedules', count: schedules }]} />
}
