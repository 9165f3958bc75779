import { join } from 'node:path'
import type { ScoredBlock } from '../score/block'
import type { ResultColumn } from '../score/result-columns'
import { AppendFile } from './append-file'
import { csvLine } from './csv-cells'
import type { ResultSink } from './sink'

export class CsvSink implements ResultSink {
  readonly form = 'lines'

  private constructor(private readonly file: AppendFile) {}

  static async open(directory: string, columns: readonly ResultColumn[], length: number): Promise<CsvSink> {
    const file = await AppendFile.open(join(directory, 'results.csv'), length, 'The results file')
    if (length === 0) await file.append(Buffer.from(csvLine(columns.map(({ name }) => name))))
    return new CsvSink(file)
  }

  async write({ results }: ScoredBlock): Promise<void> {
    if (results instanceof Uint8Array) await this.file.append(results)
  }

  async checkpoint(): Promise<number> {
    await this.file.sync()
    return this.file.length
  }

  finish(): Promise<void> {
    return Promise.resolve()
  }

  close(): Promise<void> {
    return this.file.close()
  }
}
