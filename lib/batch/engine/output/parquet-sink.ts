// Results as Parquet: a checkpoint ends a row group. What the file's end will say of the groups lies in a file beside it until
// then, so that a job can go on after a crash without reading its results again.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import type { RowGroup, SchemaElement } from 'hyparquet'
import { ByteWriter, ParquetWriter } from 'hyparquet-writer'
import { sourceChanged } from '../refusals'
import type { ScoredBlock } from '../score/block'
import type { ResultColumn } from '../score/result-columns'
import { AppendFile } from './append-file'
import type { Cell } from './csv-cells'
import type { ResultSink } from './sink'

/** Fewer where a checkpoint comes before. */
const GROUP_ROWS = 65_536
const GROUPS_FILE = 'results.parquet.groups'

interface KeptGroup {
  /** Length of the results file with this group. */
  end: number
  group: RowGroup
}

export class ParquetSink implements ResultSink {
  readonly form = 'columns'
  private readonly bytes = new ByteWriter()
  private readonly writer: ParquetWriter
  private readonly waiting: Cell[][]

  private constructor(
    private readonly file: AppendFile,
    private readonly groups: AppendFile,
    private readonly columns: readonly ResultColumn[],
    kept: readonly KeptGroup[],
  ) {
    this.writer = new ParquetWriter({ writer: this.bytes, schema: schemaOf(columns), statistics: false, createdBy: 'Flightdeck' })
    this.waiting = columns.map(() => [])
    if (file.length === 0) return
    // The magic number at the start is there already.
    this.bytes.index = 0
    this.bytes.offset = file.length
    for (const { group } of kept) {
      this.writer.row_groups.push(group)
      this.writer.num_rows += group.num_rows
    }
  }

  static async open(directory: string, columns: readonly ResultColumn[], length: number): Promise<ParquetSink> {
    const groupsPath = join(directory, GROUPS_FILE)
    const { kept, bytes } = length === 0 ? { kept: [], bytes: 0 } : await readGroups(groupsPath, length)
    const groups = await AppendFile.open(groupsPath, bytes, 'The results file')
    const file = await AppendFile.open(join(directory, 'results.parquet'), length, 'The results file')
    return new ParquetSink(file, groups, columns, kept)
  }

  async write({ results }: ScoredBlock): Promise<void> {
    if (Array.isArray(results)) results.forEach((cells, column) => append(this.waiting[column] ?? [], cells))
    if ((this.waiting[0]?.length ?? 0) >= GROUP_ROWS) await this.writeGroup()
  }

  async checkpoint(): Promise<number> {
    if ((this.waiting[0]?.length ?? 0) > 0) await this.writeGroup()
    // Before the first group there is the magic number.
    await this.flush()
    await Promise.all([this.groups.sync(), this.file.sync()])
    return this.file.length
  }

  private async writeGroup(): Promise<void> {
    const columnData = this.columns.map(({ name, type }, column) => ({ name, data: dataOf(this.waiting[column] ?? [], type), offsetIndex: false }))
    await this.writer.write({ columnData, rowGroupSize: Infinity })
    for (const cells of this.waiting) cells.length = 0
    await this.flush()
    const group = this.writer.row_groups[this.writer.row_groups.length - 1] as RowGroup
    await this.groups.append(framed(serialize({ end: this.file.length, group } satisfies KeptGroup)))
  }

  async finish(): Promise<void> {
    await this.writer.finish()
    await this.flush()
    await this.file.sync()
  }

  private async flush(): Promise<void> {
    await this.file.append(this.bytes.getBytes())
    this.bytes.index = 0
  }

  async close(): Promise<void> {
    await Promise.all([this.file.close(), this.groups.close()])
  }
}

function append(target: Cell[], cells: readonly Cell[]): void {
  for (const cell of cells) target.push(cell)
}

function schemaOf(columns: readonly ResultColumn[]): SchemaElement[] {
  return [
    { name: 'results', num_children: columns.length },
    ...columns.map(({ name, type }): SchemaElement => {
      switch (type) {
        case 'integer':
          return { name, type: 'INT64', repetition_type: 'OPTIONAL' }
        case 'number':
          return { name, type: 'DOUBLE', repetition_type: 'OPTIONAL' }
        case 'text':
          return { name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' }
      }
    }),
  ]
}

function dataOf(cells: readonly Cell[], type: ResultColumn['type']): (Cell | bigint)[] {
  return type === 'integer' ? cells.map((cell) => (cell === null ? null : BigInt(cell))) : [...cells]
}

function framed(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(bytes.length)
  return Buffer.concat([length, bytes])
}

/** The groups within the kept part of the results, and how long their file is up to there. */
async function readGroups(path: string, length: number): Promise<{ kept: KeptGroup[]; bytes: number }> {
  const content = await readFile(path).catch(() => Buffer.alloc(0))
  const kept: KeptGroup[] = []
  let at = 0
  while (at + 4 <= content.length) {
    const end = at + 4 + content.readUInt32LE(at)
    if (end > content.length) break
    const group = deserialize(content.subarray(at + 4, end)) as KeptGroup
    if (group.end > length) break
    kept.push(group)
    at = end
  }
  const last = kept[kept.length - 1]
  // Before the first group the file is its magic number.
  if ((last?.end ?? 4) !== length) throw sourceChanged('The results file')
  return { kept, bytes: at }
}
