// A model with versions that really run, and people of every role, for the tests of this folder.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Principal } from '@/lib/access/contract'
import type { Session } from '@/lib/database'
import { readModelFile } from '@/lib/onnx/model-file'
import { readSignature } from '@/lib/onnx/signature'
import { FLOAT, model, node, value } from '@/lib/onnx/testing/write-model'
import { now } from '@/lib/platform/clock'
import { canonicalJson } from '@/lib/platform/crypto'
import { newId } from '@/lib/platform/ids'
import { storeFile } from '@/lib/platform/storage'
import type { Field, Signature } from '@/lib/registry/contract'
import { registryTables } from '@/lib/registry/tables'

process.env.FLIGHTDECK_DATA_DIR = mkdtempSync(join(tmpdir(), 'flightdeck-releases-'))

export const operator = { kind: 'user', id: 'u-operator', name: 'Olga Operator', role: 'operator' } satisfies Principal
export const otherOperator = { ...operator, id: 'u-other', name: 'Otto Other' } satisfies Principal
export const approver = { kind: 'user', id: 'u-approver', name: 'Ana Approver', role: 'approver' } satisfies Principal
export const secondApprover = { ...approver, id: 'u-second', name: 'Sam Second' } satisfies Principal
export const admin = { kind: 'user', id: 'u-admin', name: 'Ada Admin', role: 'admin' } satisfies Principal
export const viewer = { kind: 'user', id: 'u-viewer', name: 'Vic Viewer', role: 'viewer' } satisfies Principal

export interface VersionOptions {
  metrics?: Record<string, number>
  /** y = 1 / x has no finite answer for x = 0. */
  operator?: 'Identity' | 'Reciprocal'
  field?: Partial<Field>
  rows?: Record<string, unknown>[] | null
  artifactHash?: string
}

const ROWS = [{ x: 1 }, { x: 0 }, { x: -2.5 }]

export async function insertModel(db: { write<T>(work: (tx: Session) => Promise<T>): Promise<T> }, slug = 'price'): Promise<string> {
  const id = newId()
  await db.write(async (tx) => {
    const { models } = tx.tables(registryTables)
    await tx.insert(models).values({
      id,
      slug,
      name: slug === 'price' ? 'Price' : slug,
      description: '',
      owner: 'Shop',
      task: 'regression',
      tags: [],
      createdAt: now(),
      createdBy: operator.id,
    })
  })
  return id
}

export async function insertVersion(
  db: { write<T>(work: (tx: Session) => Promise<T>): Promise<T> },
  modelId: string,
  number: number,
  options: VersionOptions = {},
): Promise<string> {
  const bytes = model({
    nodes: [node(options.operator ?? 'Identity', ['x'], ['y'])],
    inputs: [value('x', FLOAT, [null, 1])],
    outputs: [value('y', FLOAT, [null, 1])],
  })
  const rows = options.rows === undefined ? ROWS : options.rows
  const background = rows === null ? undefined : await storeFile(Buffer.from(canonicalJson(rows)))
  const artifactHash = options.artifactHash ?? (await storeFile(bytes))
  const graph = readSignature(readModelFile(bytes))
  const signature: Signature = {
    ...graph,
    fields: graph.fields.map((field) => ({
      ...field,
      displayName: field.name,
      isSensitive: false,
      isActionable: true,
      isRequired: false,
      isClosed: false,
      ...options.field,
    })),
    scoreMeaning: 'price in dollars',
  }
  const id = newId()
  await db.write(async (tx) => {
    const { versions } = tx.tables(registryTables)
    await tx.insert(versions).values({
      id,
      modelId,
      number,
      description: '',
      artifactHash,
      artifactBytes: bytes.byteLength,
      signature,
      lineage: { metrics: options.metrics ?? {} },
      reference: null,
      files: background === undefined ? {} : { background },
      importance: null,
      createdAt: now(),
      createdBy: operator.id,
      createdByName: operator.name,
    })
  })
  return id
}
