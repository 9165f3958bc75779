// Ready code for calling a model. The token stands in an environment variable, never in the code.
import { curlOf } from '@/components/registry/curl'

export interface Snippet {
  label: string
  code: string
}

export interface SnippetCall {
  /** Of this installation: https://flightdeck.example.com */
  address: string
  model: string
  inputs: Readonly<Record<string, unknown>>
}

export function snippetsOf(call: SnippetCall): Snippet[] {
  return [
    { label: 'curl', code: curlOf(call.address, call.model, call.inputs) },
    { label: 'Python', code: python(call) },
    { label: 'TypeScript', code: typescript(call) },
  ]
}

function python({ address, model, inputs }: SnippetCall): string {
  return `import json, os, urllib.request

call = urllib.request.Request(
    "${address}/api/models/${model}/predict",
    data=json.dumps({"inputs": ${pythonOf(inputs)}}).encode(),
    headers={
        "authorization": "Bearer " + os.environ["FLIGHTDECK_TOKEN"],
        "content-type": "application/json",
    },
)
with urllib.request.urlopen(call, timeout=5) as response:
    prediction = json.load(response)
print(prediction["id"], prediction["version"], prediction["output"])
`
}

function pythonOf(inputs: Readonly<Record<string, unknown>>): string {
  const lines = Object.entries(inputs).map(([name, value]) => `    ${JSON.stringify(name)}: ${literal(value)},`)
  return `{\n${lines.join('\n')}\n}`
}

function literal(value: unknown): string {
  if (value === null || value === undefined) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  return JSON.stringify(value)
}

function typescript({ address, model, inputs }: SnippetCall): string {
  return `const response = await fetch('${address}/api/models/${model}/predict', {
  method: 'POST',
  headers: {
    authorization: \`Bearer \${process.env.FLIGHTDECK_TOKEN}\`,
    'content-type': 'application/json',
  },
  body: JSON.stringify({ inputs: ${JSON.stringify(inputs, null, 2).replaceAll('\n', '\n  ')} }),
  signal: AbortSignal.timeout(5000),
})
if (!response.ok) throw new Error((await response.json()).detail)
const prediction = await response.json()
console.log(prediction.id, prediction.version, prediction.output)
`
}
