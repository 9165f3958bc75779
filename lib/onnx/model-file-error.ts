/** Why a file is not taken. Part of the API's answers: the codes stay. */
export type ModelFileFault =
  | 'empty'
  | 'truncated'
  | 'not-onnx'
  | 'corrupt'
  | 'unsupported-ir'
  | 'unsupported-opset'
  | 'custom-operator'
  | 'external-data'
  | 'no-output'
  | 'unsupported-input'
  | 'unsupported-output'
  /** What was told about the file does not fit it. */
  | 'hints'

/** A file, or hints about it, that cannot be served; the message is one sentence for the person who sent it. */
export class ModelFileError extends Error {
  constructor(
    readonly code: ModelFileFault,
    message: string,
  ) {
    super(message)
    this.name = 'ModelFileError'
  }
}

/** A name out of a file, as it may stand in a message: in quotes, on one line, and not a page of it. */
export function quoted(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name)
}
