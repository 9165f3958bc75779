// The words of the Open Inference Protocol (https://github.com/kserve/open-inference-protocol), version 2, which KServe,
// Triton, MLServer and Seldon answer: tensors in, tensors out, over REST or gRPC.

export type Datatype =
  | 'BOOL'
  | 'UINT8'
  | 'UINT16'
  | 'UINT32'
  | 'UINT64'
  | 'INT8'
  | 'INT16'
  | 'INT32'
  | 'INT64'
  | 'FP16'
  | 'BF16'
  | 'FP32'
  | 'FP64'
  | 'BYTES'

export type TensorValue = number | string | boolean | null

/** Of a request, an input or an output, by name. */
export type Parameters = Readonly<Record<string, unknown>>

export interface InputTensor {
  name: string
  shape: readonly number[]
  datatype: Datatype
  /** Row by row; as many as the shape says. Null and NaN are missing. */
  values: ArrayLike<TensorValue>
}

export interface RequestedOutput {
  name: string
  /** How many of the likeliest classes are given instead of the tensor; 0 for the tensor. */
  classification: number
}

/** A call to infer, read from whatever carried it. */
export interface InferCall {
  id: string | null
  parameters: Parameters
  inputs: readonly InputTensor[]
  /** Null for all. */
  outputs: readonly RequestedOutput[] | null
}

export interface OutputTensor {
  name: string
  datatype: Datatype
  shape: number[]
  values: TensorValue[]
}

export interface InferAnswer {
  modelName: string
  /** Null where several versions answered. */
  modelVersion: string | null
  id: string | null
  parameters: Record<string, string>
  outputs: OutputTensor[]
}

/** One subject per row, where a call has rows of several: a tensor of BYTES beside the inputs. */
export const SUBJECT_INPUT = 'flightdeck_subject'
/** The id of each row's prediction, under which its outcome is reported later. */
export const ID_OUTPUT = 'flightdeck_prediction_id'
