// Seldon's names for the Open Inference Protocol: Core 1 puts namespace and deployment before the path, Core 2 names the
// model in the header Seldon-Model, as its mesh routes by it.
import type { Protocol, RawCall } from '../contract'

const PREFIX = /^\/seldon\/[^/]+\/[^/]+(?=\/v2(?:\/|$))/
const MODEL = /^(\/v2\/models\/)[^/]+/
const MODEL_HEADER = 'seldon-model'

/** The path as the Open Inference Protocol has it. */
export function openInferencePath({ path, headers }: Pick<RawCall, 'path' | 'headers'>): string {
  const plain = path.replace(PREFIX, '')
  // Of a pipeline or an experiment, its name alone.
  const name = headers[MODEL_HEADER]?.replace(/\.(?:pipeline|experiment)$/, '')
  return name ? plain.replace(MODEL, (_, models: string) => models + encodeURIComponent(name)) : plain
}

/** The adapter, answering Seldon's paths and header too. */
export function withSeldonNames(openInference: Protocol): Protocol {
  return {
    ...openInference,
    owns: (path, method) => openInference.owns(path, method) || (PREFIX.test(path) && openInference.owns(path.replace(PREFIX, ''), method)),
    answer: (call) => openInference.answer({ ...call, path: openInferencePath(call) }),
    refuse: (problem, call) => openInference.refuse(problem, { ...call, path: call.path.replace(PREFIX, '') }),
  }
}
