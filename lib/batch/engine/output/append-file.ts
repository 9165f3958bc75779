// A file that only grows, and can be cut back to what was on disk at a checkpoint.
import { open, type FileHandle } from 'node:fs/promises'
import { outputFailed, sourceChanged } from '../refusals'

export class AppendFile {
  private constructor(
    private readonly handle: FileHandle,
    private readonly what: string,
    /** What is written, on disk or on its way. */
    public length: number,
  ) {}

  /** @param length what is kept of the file; it must have that much */
  static async open(path: string, length: number, what: string): Promise<AppendFile> {
    const handle = await open(path, length === 0 ? 'w' : 'r+', 0o640).catch((error: unknown) => {
      throw outputFailed(error, what)
    })
    const { size } = await handle.stat()
    if (size < length) {
      await handle.close()
      throw sourceChanged(what)
    }
    await handle.truncate(length)
    return new AppendFile(handle, what, length)
  }

  async append(bytes: Uint8Array): Promise<void> {
    try {
      let written = 0
      while (written < bytes.length) {
        const { bytesWritten } = await this.handle.write(bytes, written, bytes.length - written, this.length)
        written += bytesWritten
        this.length += bytesWritten
      }
    } catch (error) {
      throw outputFailed(error, this.what)
    }
  }

  /** Everything written is on disk once this resolves. */
  async sync(): Promise<void> {
    try {
      await this.handle.datasync()
    } catch (error) {
      throw outputFailed(error, this.what)
    }
  }

  close(): Promise<void> {
    return this.handle.close()
  }
}
