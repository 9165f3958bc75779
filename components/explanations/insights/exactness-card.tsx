import { Card } from '@/components/ui/card'
import { formatBytes, formatCount, formatDuration, formatNumber } from '@/components/ui/format'
import { KeyValueList } from '@/components/ui/key-value-list'
import { StatusMark } from '@/components/ui/status-mark'
import { isQuick } from '@/lib/inference/quick'
import type { Explainability, Version } from '@/lib/registry/contract'

const KIND: Record<Explainability['kind'], { state: 'ok' | 'info' | 'unknown'; label: string }> = {
  exact: { state: 'ok', label: 'Exact' },
  sampled: { state: 'info', label: 'By asking the model' },
  none: { state: 'unknown', label: 'Not explainable' },
}
const METHOD: Record<NonNullable<Explainability['method']>, string> = {
  'closed form': 'Closed form: the model is a weighted sum',
  tables: 'Tables: what each leaf adds was worked out when the version was registered',
  walk: 'Walk: every tree with every background row for each explained row',
  mixed: 'Tables for most trees, the deepest are walked',
}
const SCALE = { margin: 'Log-odds (for several classes, the raw score of the class)', probability: 'Probability', value: 'The value itself' }

export interface ExactnessCardProps {
  version: Pick<Version, 'number' | 'explainability' | 'files'>
  backgroundRows: number
}

/** What can be promised of a version's explanations, and how that was tested. */
export function ExactnessCard({ version, backgroundRows }: ExactnessCardProps) {
  const { explainability, files } = version
  const background = files.background === undefined ? 'None: the version has no reference data' : `${formatCount(backgroundRows)} reference rows`
  if (explainability === null) {
    return (
      <Card title={`How exactly is version ${version.number} explained?`}>
        <p className="text-sm text-ink-muted">It was registered before this was tested: it is explained by asking the model for mixed rows. Register it again to have it tested.</p>
      </Card>
    )
  }
  const { kind, method, scale, sentence, selfTest, held } = explainability
  return (
    <Card title={`How exactly is version ${version.number} explained?`} actions={<StatusMark {...KIND[kind]} />}>
      <KeyValueList
        items={[
          { label: 'Why so', value: sentence },
          ...(method === null ? [] : [{ label: 'Method', value: METHOD[method] }]),
          ...(scale === null ? [] : [{ label: 'Scale', value: SCALE[scale] }]),
          ...(selfTest === null ? [] : [{ label: 'Self-test', value: selfTestInWords(selfTest) }]),
          ...(held === null ? [] : [{ label: 'Memory', value: `${formatBytes(held.bytes)} of at most ${formatBytes(held.budgetBytes)}, built in ${formatDuration(held.buildMilliseconds)}` }]),
          ...(held === null ? [] : [{ label: 'Time', value: `${formatNumber(held.rowMicroseconds)} µs a prediction, ${isQuick(explainability) ? 'with the answer' : 'after the answer, in a process of its own'}` }]),
          { label: 'Compared with', value: background },
          ...(files.background === undefined ? [] : [{ label: 'Their SHA-256', value: <code className="text-xs break-all">{files.background}</code> }]),
        ]}
      />
    </Card>
  )
}

function selfTestInWords({ rows, largestDifference }: NonNullable<Explainability['selfTest']>): string {
  const answered = `${formatCount(rows)} ${rows === 1 ? 'row' : 'rows'} answered by us and by ONNX Runtime`
  return largestDifference === 0 ? `${answered}: no difference` : `${answered}: at most ${smallInWords(largestDifference)} apart`
}

/** 0.0000000708 is read as 7.1e-8. */
function smallInWords(value: number): string {
  return value < 0.0001 ? value.toExponential(1) : formatNumber(value)
}
