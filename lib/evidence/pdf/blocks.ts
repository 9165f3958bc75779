// A bundle as a person reads it, as a list of blocks: everything said here is in the signed document.
import { numberInWords, reasonSentences, valueInWords } from '@/lib/explanations/rules'
import { reasonSettingsSchema, type Explanation, type Scale } from '@/lib/explanations/contract'
import { metricName } from '@/lib/registry/contract'
import { KEYS_PATH, type BundleContent, type EvidencePrediction, type EvidenceRelease, type EvidenceVersion, type IssuedEvidence } from '../contract/bundle'
import { inOrder } from '../rules/columns'

export type Block =
  | { kind: 'title'; text: string; under: string }
  | { kind: 'heading'; text: string }
  | { kind: 'paragraph'; text: string }
  | { kind: 'facts'; items: { label: string; value: string }[] }
  | { kind: 'table'; head: string[]; widths: number[]; rows: string[][] }
  | { kind: 'code'; text: string }

/** Fields in the table of contributions; the rest are added up. */
const MOST_FIELDS = 25
const UNIT_OF: Record<Scale, string> = { margin: 'log-odds', probability: 'probability', value: 'the answer’s own unit' }
const FAIRNESS = /fair|parity|disparate|equali[sz]ed|equal_?opportunity|four_?fifths|adverse_?impact/i

/** Of the bundle's one prediction. */
export function evidenceBlocks({ bundle, sha256 }: IssuedEvidence): Block[] {
  const { content, signature: { kid } } = bundle
  const [id = ''] = content.issue.predictions
  const prediction = content.predictions[id]
  const version = prediction && content.versions[prediction.version]
  if (!prediction || !version) throw new Error('the bundle does not have the prediction it was issued for')
  const release = prediction.release === null ? undefined : content.releases[prediction.release]
  return [
    { kind: 'title', text: 'Evidence of a decision', under: `${content.models[prediction.model]?.name ?? ''}, decided ${timeInWords(prediction.at)}` },
    ...decision(id, prediction, version),
    ...reasons(content, prediction, version),
    ...approvals(content, release),
    ...gates(release),
    ...lineage(version),
    ...fairness(version, release),
    ...background(content, version),
    ...verification(content, kid, sha256),
  ]
}

function decision(id: string, prediction: EvidencePrediction, version: EvidenceVersion): Block[] {
  const { answer, guardrail, modelScore, outcome, caller, subject, environment, requestId } = prediction
  const { signature } = version
  return [
    { kind: 'heading', text: 'The decision' },
    { kind: 'paragraph', text: answer.inWords },
    ...(guardrail ? [{ kind: 'paragraph', text: `A guardrail answered instead of the model, by ${guardrail.answeredBy}. ${guardrail.sentence}${modelScore === null ? '' : ` The model itself had said ${numberInWords(modelScore, signature.scoreUnit)}.`}` } as const] : []),
    facts({
      Prediction: id, 'Decided for': subject ?? 'no subject was sent', 'Asked by': caller.name, Environment: environment,
      'Request id': requestId ?? 'none', Outcome: outcome ? `${outcome.inWords} (${timeInWords(outcome.occurredAt)})` : 'not known',
    }),
    { kind: 'table', head: ['What was entered', 'Value'], widths: [1, 1], rows: signature.fields.map((field) => [field.displayName, valueInWords(field, prediction.inputs[field.name])]) },
  ]
}

function reasons(content: BundleContent, prediction: EvidencePrediction, version: EvidenceVersion): Block[] {
  const { explanation, answer, inputs } = prediction
  const { signature } = version
  if (!explanation) return [{ kind: 'heading', text: 'Why' }, { kind: 'paragraph', text: 'This decision has no explanation: its version was registered without reference data, or none could be made.' }]
  const kept = content.settings[prediction.settings.reasons ?? '']
  const settings = kept?.kind === 'reasons' ? reasonSettingsSchema.safeParse(kept.settings).data : undefined
  const { chosenClass, errors, ...rest } = explanation
  const asComputed: Explanation = { ...rest, values: inOrder(signature, explanation.values), errors: errors ? inOrder(signature, errors) : signature.fields.map(() => 0), ...(chosenClass === null ? {} : { chosenClass }) }
  const sentences = reasonSentences({ signature, row: inputs, explanation: asComputed, label: answer.label, reference: [], ...(settings ? { settings } : {}) })
  const ranked = signature.fields.map((field) => ({ field, value: explanation.values[field.name] ?? 0 })).sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
  const others = ranked.slice(MOST_FIELDS).reduce((sum, { value }) => sum + value, 0)
  const sum = ranked.reduce((total, { value }) => total + value, explanation.base)
  return [
    { kind: 'heading', text: 'Why' },
    ...sentences.slice(0, 6).map(({ sentence }) => ({ kind: 'paragraph', text: sentence }) as const),
    { kind: 'paragraph', text: `How much each field moved the score, in ${UNIT_OF[explanation.scale]}: Shapley values of the fields as they were entered, ${explanation.method === 'exact' ? 'computed exactly' : `by ${explanation.permutations} permutations`}. They say what the model weighed; they do not say what causes what in the world.` },
    {
      kind: 'table',
      head: ['Field', 'Value', 'Contribution'],
      widths: [3, 3, 2],
      rows: [
        ['Average of the background sample', '', signed(explanation.base)],
        ...ranked.slice(0, MOST_FIELDS).map(({ field, value }) => [field.displayName, valueInWords(field, inputs[field.name]), signed(value)]),
        ...(ranked.length > MOST_FIELDS ? [[`${ranked.length - MOST_FIELDS} other fields`, '', signed(others)]] : []),
        ['Sum: what the model answered', '', signed(sum)],
      ],
    },
    ...(explanation.residual === null ? [] : [{ kind: 'paragraph', text: `The runtime’s own answer differs from what the sum says by ${explanation.residual.toExponential(1)}.` } as const]),
    ...(version.explainability?.selfTest ? [{ kind: 'paragraph', text: `Tried at registration: ${version.explainability.selfTest.reason}` } as const] : []),
  ]
}

function approvals({ settings }: BundleContent, release: EvidenceRelease | undefined): Block[] {
  const heading: Block = { kind: 'heading', text: 'Who released it' }
  if (!release) return [heading, { kind: 'paragraph', text: 'The release of this prediction is not in the log.' }]
  const { promotion } = release
  const policy = settings[release.policy ?? '']
  return [
    heading,
    facts({
      Release: `${release.sequence} in ${release.environment}, a ${release.kind}${release.rollbackToSequence === null ? '' : ` to release ${release.rollbackToSequence}`}`,
      Started: `${timeInWords(release.startedAt)} by ${release.startedByName}`,
      Ended: release.endedAt === null ? 'in force when this was issued' : timeInWords(release.endedAt),
      Served: release.arms.map(({ versionNumber, role, shareBasisPoints }) => `version ${versionNumber} as ${role} with ${shareBasisPoints / 100} %`).join(', '),
      Reason: release.reason,
    }),
    ...(promotion
      ? ([
          facts({
            'Asked for by': `${promotion.requestedByName}, ${timeInWords(promotion.requestedAt)}: ${promotion.reason}`,
            'Approvals needed': `${promotion.requiredApprovals}${policy?.kind === 'policy' ? ` (policy revision ${policy.revision}, set by ${policy.createdBy})` : ' (the environment’s default)'}`,
          }),
          ...(promotion.approvals.length === 0
            ? []
            : [{ kind: 'table', head: ['Who', 'Decided', 'When', 'Comment'], widths: [3, 2, 4, 5], rows: promotion.approvals.map(({ userName, decision: decided, at, comment }) => [userName, decided === 'approve' ? 'approved' : 'rejected', timeInWords(at), comment || '–']) }]),
        ] as Block[])
      : []),
  ]
}

function gates(release: EvidenceRelease | undefined): Block[] {
  const results = release?.promotion?.gates ?? []
  return [
    { kind: 'heading', text: 'Gates' },
    results.length === 0
      ? { kind: 'paragraph', text: 'No gate ran before this release.' }
      : {
          kind: 'table', head: ['Gate', 'Verdict', 'Finding'], widths: [3, 2, 7],
          rows: results.map(({ gate, verdict, sentence, evidence }) => [gate.replaceAll('-', ' '), verdict, [sentence, ...evidence.figures.map(({ name, value, limit }) => `${name}: ${value ?? '–'}${limit === undefined ? '' : ` (limit ${limit})`}`)].join('\n')]),
        },
  ]
}

function lineage(version: EvidenceVersion): Block[] {
  const { number, description, registeredAt, registeredBy, artifactHash, referenceHash, lineage: { repository, commit, dataset, period, rows, dataHash, runId, parameters = {}, metrics = {} } } = version
  return [
    { kind: 'heading', text: 'The version and where it comes from' },
    facts({
      Version: `${number}${description ? `: ${description}` : ''}`,
      Registered: `${timeInWords(registeredAt)} by ${registeredBy.name}`,
      'Model file (SHA-256)': artifactHash,
      'Reference data (SHA-256)': referenceHash ?? 'none',
      Code: [repository, commit].filter(Boolean).join(' at ') || 'not said',
      'Training data': [dataset, period ? `${period.from} to ${period.to}` : null, rows == null ? null : `${rows} rows`].filter(Boolean).join(', ') || 'not said',
      'Data (hash)': dataHash ?? 'not said',
      Run: runId ?? 'not said',
      Parameters: Object.entries(parameters).map(([name, value]) => `${name} ${value}`).join(', ') || 'not said',
      'Metrics as registered': Object.entries(metrics).map(([name, value]) => `${metricName(name)} ${value}`).join(', ') || 'none',
    }),
  ]
}

function fairness({ lineage: { metrics = {} }, referenceMetrics }: EvidenceVersion, release: EvidenceRelease | undefined): Block[] {
  const measured = [...Object.entries(metrics), ...Object.entries(referenceMetrics ?? {})].filter(([name]) => FAIRNESS.test(name)).map(([name, value]) => [metricName(name), String(value)])
  const figures = (release?.promotion?.gates ?? []).flatMap(({ gate, evidence }) =>
    evidence.figures.filter(({ name }) => FAIRNESS.test(gate) || FAIRNESS.test(name)).map(({ name, value }) => [`${name} (gate)`, String(value ?? '–')]),
  )
  const rows = [...measured, ...figures]
  return [
    { kind: 'heading', text: 'Fairness of this version' },
    rows.length === 0
      ? { kind: 'paragraph', text: 'No measure of fairness was recorded with this version, neither among its metrics nor by a gate of its promotion.' }
      : { kind: 'table', head: ['Measure', 'Value'], widths: [2, 1], rows },
  ]
}

function background({ files }: BundleContent, { backgroundHash }: EvidenceVersion): Block[] {
  const sample = files[backgroundHash ?? '']
  const rows = sample ? (JSON.parse(sample.content) as unknown[]).length : 0
  return [
    { kind: 'heading', text: 'What it was compared with' },
    { kind: 'paragraph', text: sample ? `The explanation compares this case with ${rows} cases that were kept with the version when it was registered. They are in the signed bundle, under the SHA-256 ${backgroundHash}.` : 'The version has no background sample.' },
  ]
}

function verification({ issue, chain, events }: BundleContent, kid: string, sha256: string): Block[] {
  return [
    { kind: 'heading', text: 'How to verify this' },
    { kind: 'paragraph', text: 'This document was made from a signed bundle, which is attached to it as evidence.json. Save the attachment, get the published keys over a way you trust, and run, without any network:' },
    { kind: 'code', text: 'npx flightdeck verify evidence.json --keys flightdeck-keys.json' },
    facts({
      'SHA-256 of the bundle': sha256,
      'Signed with key': kid,
      'Keys are published at': `${issue.installation}${KEYS_PATH}`,
      'Audit chain': `${Object.keys(events).length} of ${chain.sequence} events, head ${chain.hash}`,
      Issued: `${timeInWords(issue.issuedAt)} to ${issue.issuedBy.name}${issue.reason ? `: ${issue.reason}` : ''}`,
      Runtime: `Flightdeck ${issue.runtime.flightdeck}, Node ${issue.runtime.node}, ONNX Runtime ${issue.runtime.onnxruntime}`,
    }),
  ]
}

function facts(items: Record<string, string>): Block {
  return { kind: 'facts', items: Object.entries(items).map(([label, value]) => ({ label, value })) }
}

function signed(value: number): string {
  const text = Math.abs(value) < 1e-12 ? '0' : Number(value.toPrecision(4)).toString()
  return value > 0 && text !== '0' ? `+${text}` : text.replace('-', '\u2212')
}

/** 2026-05-03 14:00:00 UTC */
function timeInWords(at: string): string {
  return `${at.slice(0, 19).replace('T', ' ')} UTC`
}
