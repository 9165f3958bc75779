'use client'

import { useRouter } from 'next/navigation'
import { toast } from 'sonner'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { errorText } from '@/components/ui/error-text'
import { RelativeTime } from '@/components/ui/relative-time'
import { StatusMark } from '@/components/ui/status-mark'
import { Switch } from '@/components/ui/switch'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@/components/ui/table'
import { setMonitors } from '@/lib/monitoring/client'
import type { Monitor, MonitorRule, MonitorsInput } from '@/lib/monitoring/contract'
import { MONITOR_STATE, MONITOR_STATE_WORDS, RULE_NAMES, ruleInWords } from './in-words'
import { MonitorDialog } from './monitor-dialog'

export interface MonitorsSectionProps {
  model: { slug: string; name: string; task: 'binary' | 'multiclass' | 'regression' }
  environment: string
  monitors: readonly Monitor[]
  /** Fields of the version that serves. */
  fields: readonly { name: string; displayName: string }[]
  mayChange: boolean
}

/** What is watched, with which limits, and what was found last. */
export function MonitorsSection({ model, environment, monitors, fields, mayChange }: MonitorsSectionProps) {
  const router = useRouter()
  const isRegression = model.task === 'regression'
  const displayNames = new Map(fields.map((field) => [field.name, field.displayName]))
  const present = monitors.map(({ id, rule, isEnabled }) => ({ id, rule, isEnabled }))

  async function save(wanted: NonNullable<MonitorsInput['monitors']>, message: string): Promise<void> {
    await setMonitors(model.slug, { environment, monitors: wanted })
    toast.success(message)
    router.refresh()
  }
  const change = (id: string, part: { rule?: MonitorRule; isEnabled?: boolean }) => present.map((one) => (one.id === id ? { ...one, ...part } : one))

  return (
    <Card
      flush
      title="Monitors"
      description={`In ${environment}. Checked each hour; one that fires opens an incident and tells the channels.`}
      actions={
        mayChange ? (
          <MonitorDialog
            trigger={<Button size="small">Add a monitor</Button>}
            isRegression={isRegression}
            fields={fields}
            onSave={(rule) => save([...present, { rule, isEnabled: true }], 'The monitor is added.')}
          />
        ) : undefined
      }
    >
      {monitors.length === 0 ? (
        <EmptyState title="Nothing is watched yet">The first release into {environment} brings the usual monitors.</EmptyState>
      ) : (
        <Table caption={`Monitors of ${model.name} in ${environment}`}>
          <TableHeader>
            <TableRow>
              <TableHead>Fires when</TableHead>
              <TableHead>Last check</TableHead>
              {mayChange && <TableHead>On</TableHead>}
              {mayChange && (
                <TableHead>
                  <span className="sr-only">Actions</span>
                </TableHead>
              )}
            </TableRow>
          </TableHeader>
          <TableBody>
            {monitors.map((monitor) => (
              <TableRow key={monitor.id}>
                <TableCell className="min-w-64">
                  <p className="font-medium">{RULE_NAMES[monitor.rule.kind]}</p>
                  <p className="text-sm text-ink-muted">{ruleInWords(monitor.rule, isRegression, displayNames)}</p>
                </TableCell>
                <TableCell className="min-w-48">
                  <LastFinding monitor={monitor} />
                </TableCell>
                {mayChange && (
                  <TableCell>
                    <Switch
                      label={<span className="sr-only">{RULE_NAMES[monitor.rule.kind]} is on</span>}
                      checked={monitor.isEnabled}
                      onChange={(event) => {
                        const isEnabled = event.target.checked
                        save(change(monitor.id, { isEnabled }), isEnabled ? 'The monitor is on.' : 'The monitor is off; its incident ends with the next check.').catch(
                          (error: unknown) => toast.error(errorText(error)),
                        )
                      }}
                    />
                  </TableCell>
                )}
                {mayChange && (
                  <TableCell className="text-right">
                    <MonitorDialog
                      trigger={<Button size="small">Change</Button>}
                      rule={monitor.rule}
                      isRegression={isRegression}
                      fields={fields}
                      onSave={(rule) => save(change(monitor.id, { rule }), 'The monitor is changed.')}
                    />
                  </TableCell>
                )}
              </TableRow>
            ))}
          </TableBody>
        </Table>
      )}
    </Card>
  )
}

function LastFinding({ monitor }: { monitor: Monitor }) {
  const { lastFinding: found } = monitor
  if (!monitor.isEnabled) return <StatusMark state="unknown" label="Off" />
  if (found === null) return <StatusMark state="unknown" label="Not checked yet" />
  return (
    <>
      <StatusMark state={MONITOR_STATE[found.state]} label={MONITOR_STATE_WORDS[found.state]} />{' '}
      <RelativeTime at={found.at} className="text-xs text-ink-muted" />
      <p className="text-xs text-ink-muted">{found.sentence}</p>
    </>
  )
}
