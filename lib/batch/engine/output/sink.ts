// Where results go.
import type { ScoredBlock } from '../score/block'

export interface ResultSink {
  /** How the threads hand results over. */
  readonly form: 'lines' | 'columns'
  /** In the order of the source. */
  write(block: ScoredBlock): Promise<void>
  /** Everything written is on disk. @returns what to keep of the file when the job goes on from here */
  checkpoint(): Promise<number>
  /** After the last checkpoint. */
  finish(): Promise<void>
  close(): Promise<void>
}
