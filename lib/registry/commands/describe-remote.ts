// From what somebody says of a server to the document and the signature of a version that it answers for.
import { z } from 'zod'
import { completeAnswer, completeInputs, endpointSchema, explained, RemoteConnection, remoteSignature, serverMetadata, type Answering, type CompleteEndpoint } from '@/lib/inference/remote'
import { canonicalJson } from '@/lib/platform/crypto'
import { ProblemError } from '@/lib/platform/errors'
import { parse } from '@/lib/platform/parse'
import type { Signature, VersionMetadata } from '../contract'
import { checkReference, readReferenceTable, refineSignature, remoteFields, trialRow, type ReferenceRow, type ReferenceTable } from '../rules'
import type { ReferenceFile } from './prepare-reference'

/** Asked where the place of the answer has to be guessed. */
const FIRST_ROWS = 20

export interface DescribedRemote {
  endpoint: CompleteEndpoint
  /** What is stored. */
  document: Uint8Array
  signature: Signature
  /** Of the reference data, or one that the signature allows. */
  rows: ReferenceRow[]
}

/** @throws ProblemError `endpoint_incomplete`, `endpoint_does_not_answer`, `metadata_does_not_fit`, or of the reference file */
export async function describeRemote(input: unknown, metadata: VersionMetadata, reference: ReferenceFile | undefined): Promise<DescribedRemote> {
  const given = parse(z.object({ endpoint: endpointSchema }), { endpoint: input }).endpoint
  const answering = answeringOf(metadata)
  const table = reference ? await readReferenceTable(reference.fileName, reference.content) : null
  const connection = new RemoteConnection(given)
  try {
    const server = await serverMetadata(connection, given)
    const asked = completeInputs(given, server, remoteFields(table, metadata))
    const rows = rowsOf(table, refineSignature(remoteSignature(asked, answering), metadata), metadata)
    const endpoint = await explained(asked, rows, () => completeAnswer(connection, asked, server, answering, rows))
    return { endpoint, document: Buffer.from(canonicalJson(endpoint)), signature: refineSignature(remoteSignature(endpoint, answering), metadata), rows }
  } finally {
    connection.close()
  }
}

function rowsOf(table: ReferenceTable | null, signature: Signature, { target }: VersionMetadata): ReferenceRow[] {
  return table ? checkReference(table, signature, target).rows.slice(0, FIRST_ROWS) : [trialRow(signature)]
}

/** A model file says what it answers; of a server, the metadata has to. */
function answeringOf({ task, classes, positiveClass }: VersionMetadata): Answering {
  const known = task ?? (classes === undefined && positiveClass === undefined ? undefined : (classes?.length ?? 2) === 2 ? 'binary' : 'multiclass')
  if (known === undefined) throw incomplete('task', 'Say in the metadata what the server answers: the task binary, multiclass or regression.')
  if (known === 'regression') return { task: known }
  const names = classes ?? (known === 'binary' ? [0, 1] : [])
  if (names.length < 2 || (known === 'binary' && names.length !== 2)) throw incomplete('classes', `Name the classes of the answer in the metadata${known === 'binary' ? ': two of them' : ''}, in the order of their probabilities.`)
  if (new Set(names.map(String)).size !== names.length) throw incomplete('classes', 'A class is named twice.')
  if (known === 'multiclass') return { task: known, classes: names }
  const positive = positiveClass === undefined ? names[1] : names.find((name) => String(name) === String(positiveClass))
  if (positive === undefined) throw incomplete('positiveClass', `The classes are ${names.join(' and ')}; the positive class is none of them.`)
  return { task: known, classes: names, positiveClass: positive }
}

function incomplete(member: string, message: string): ProblemError {
  return new ProblemError('invalid', message, { code: 'endpoint_incomplete', fields: [{ path: `metadata.${member}`, rule: 'incomplete', message }] })
}
