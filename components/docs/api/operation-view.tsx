import { ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Body, Operation } from './openapi'
import { SchemaView, TypeLine } from './schema-view'

export function OperationView({ operation }: { operation: Operation }) {
  const { id, method, path, summary, description, parameters, bodies, answers } = operation
  return (
    <details id={id} className="group border-b last:border-b-0">
      <summary className="flex min-h-10 list-none flex-wrap items-center gap-x-3 gap-y-0.5 px-3 py-1.5 hover:bg-hover">
        <ChevronRight aria-hidden className="size-4 shrink-0 text-ink-subtle group-open:rotate-90" />
        <code className="w-14 shrink-0 font-mono text-xs font-semibold">{method}</code>
        <code className="font-mono text-xs break-all">{path}</code>
        <span className="text-sm text-ink-muted">{summary}</span>
      </summary>
      <div className="grid gap-3 px-3 pt-1 pb-4 md:pl-10">
        {description !== undefined && <p className="max-w-prose text-sm">{description}</p>}
        {parameters.length > 0 && (
          <Part title="Parameters">
            <ul className="grid gap-1 border-l pl-3">
              {parameters.map((parameter) => (
                <li key={`${parameter.in} ${parameter.name}`} className="text-sm">
                  <code className="font-mono text-xs">{parameter.name}</code>
                  <span className="text-xs text-ink-subtle">
                    {' '}
                    in {parameter.in}
                    {parameter.required === true ? '' : ', optional'}
                  </span>{' '}
                  {parameter.schema !== undefined && <TypeLine schema={parameter.schema} />}
                  {parameter.description !== undefined && <span className="text-ink-muted">. {parameter.description}</span>}
                </li>
              ))}
            </ul>
          </Part>
        )}
        {bodies.length > 0 && (
          <Part title="Body">
            <Bodies bodies={bodies} />
          </Part>
        )}
        {answers.map(({ status, description: words, bodies: answered }) => (
          <Part key={status} title={status === 'default' ? 'Otherwise' : status}>
            <p className="text-sm text-ink-muted">{words}</p>
            <Bodies bodies={answered} />
          </Part>
        ))}
      </div>
    </details>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="mb-0.5 text-sm">{title}</h3>
      {children}
    </section>
  )
}

function Bodies({ bodies }: { bodies: readonly Body[] }) {
  return bodies.map(({ contentType, schema }) => (
    <div key={contentType} className="text-sm">
      <code className="font-mono text-xs">{contentType}</code> <TypeLine schema={schema} />
      <SchemaView schema={schema} />
    </div>
  ))
}
