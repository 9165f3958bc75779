import { Card } from '@/components/ui/card'
import { KeyValueList } from '@/components/ui/key-value-list'
import { RelativeTime } from '@/components/ui/relative-time'
import { Section } from '@/components/ui/section'
import { Timeline } from '@/components/ui/timeline'
import { DEFAULT_SERVING_SETTINGS, type ServingSettingsInForce } from '@/lib/serving/queries'
import { changesInWords, servingInWords } from './limit-words'
import { ServingSettingsDialog } from './serving-settings-dialog'

export interface ServingSectionProps {
  model: { slug: string; name: string }
  /** Of each environment, the newest revision first; empty where nothing was ever set. */
  environments: readonly { environment: string; history: readonly ServingSettingsInForce[] }[]
  mayChange: boolean
  mayLimit: boolean
}

/** How each environment of a model answers, in words, and who changed it when. */
export function ServingSection({ model, environments, mayChange, mayLimit }: ServingSectionProps) {
  return (
    <Section id="serving" title="Serving" description="How calls are answered, what they may ask for, and what they cost.">
      <div className="grid gap-4 lg:grid-cols-2">
        {environments.map(({ environment, history }) => {
          const current = history[0]
          const settings = current?.settings ?? DEFAULT_SERVING_SETTINGS
          return (
            <Card
              key={environment}
              level={3}
              title={`In ${environment}`}
              actions={mayChange && <ServingSettingsDialog model={model} environment={environment} revision={current?.revision ?? 0} settings={settings} mayLimit={mayLimit} />}
              footer={current && <History environment={environment} history={history} />}
            >
              <KeyValueList items={servingInWords(settings).map(({ label, sentence }) => ({ label, value: sentence }))} />
            </Card>
          )
        })}
      </div>
    </Section>
  )
}

function History({ environment, history }: { environment: string; history: readonly ServingSettingsInForce[] }) {
  const [current] = history
  if (current?.createdAt == null) return null
  return (
    <details className="text-xs">
      <summary className="cursor-pointer">
        Revision {current.revision} by {current.createdBy}, <RelativeTime at={current.createdAt} />
      </summary>
      <div className="mt-3">
        <Timeline
          label={`Changes in ${environment}`}
          items={history.map((one, index) => {
            const before = history[index + 1]
            const isOldestShown = before === undefined && one.revision > 1
            const changes = isOldestShown ? ['Earlier revisions are in the audit chain.'] : changesInWords(before?.settings ?? DEFAULT_SERVING_SETTINGS, one.settings)
            return {
              key: String(one.revision),
              at: one.createdAt ?? 0,
              title: `Revision ${one.revision} by ${one.createdBy ?? ''}`,
              children: changes.length === 0 ? 'Saved without a change.' : changes.map((words) => <p key={words}>{words}</p>),
            }
          })}
        />
      </div>
    </details>
  )
}
