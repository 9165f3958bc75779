// The messages of open_inference.proto as they are read and written here: 64 bit numbers come as texts, so that none is rounded.

export interface InferParameter {
  parameter_choice?: 'bool_param' | 'int64_param' | 'string_param' | 'double_param' | 'uint64_param'
  bool_param?: boolean
  int64_param?: string
  string_param?: string
  double_param?: number
  uint64_param?: string
}

export type ParameterMap = Record<string, InferParameter>

export interface InferTensorContents {
  bool_contents?: boolean[]
  int_contents?: number[]
  int64_contents?: (string | number)[]
  uint_contents?: number[]
  uint64_contents?: (string | number)[]
  fp32_contents?: number[]
  fp64_contents?: number[]
  bytes_contents?: Uint8Array[]
}

export interface ModelRequest {
  name: string
  version: string
}

export interface RepositoryIndexRequest {
  ready: boolean
}

export interface InferInputTensor {
  name: string
  datatype: string
  shape: string[]
  parameters: ParameterMap
  contents: InferTensorContents | null
}

export interface ModelInferRequest {
  model_name: string
  model_version: string
  id: string
  parameters: ParameterMap
  inputs: InferInputTensor[]
  outputs: { name: string; parameters: ParameterMap }[]
  raw_input_contents: Buffer[]
}

export interface ModelInferResponse {
  model_name: string
  model_version: string
  id: string
  parameters: ParameterMap
  outputs: { name: string; datatype: string; shape: number[]; contents?: InferTensorContents }[]
  raw_output_contents: Buffer[]
}
