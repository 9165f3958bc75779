import { Card } from '@/components/ui/card'
import { groupOperations, type ApiDocument } from './openapi'
import { OperationView } from './operation-view'
import { SchemaView, TypeLine } from './schema-view'

export function ApiReference({ document }: { document: ApiDocument }) {
  const groups = groupOperations(document)
  const schemas = Object.entries(document.components?.schemas ?? {}).sort(([a], [b]) => a.localeCompare(b))
  return (
    <div className="grid gap-5">
      <nav aria-label="On this page">
        <ul className="flex flex-wrap gap-x-4 gap-y-1 text-sm">
          {[...groups.map(({ tag }) => tag), 'types'].map((tag) => (
            <li key={tag}>
              <a href={`#${tag}`} className="link inline-flex min-h-6 items-center">
                {tag}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      {groups.map(({ tag, operations }) => (
        <section key={tag} id={tag}>
          <Card title={tag} flush>
            {operations.map((operation) => (
              <OperationView key={operation.id} operation={operation} />
            ))}
          </Card>
        </section>
      ))}
      <section id="types">
        <Card title="types">
          <div className="grid gap-4">
            {schemas.map(([name, schema]) => (
              <div key={name} id={`schema-${name}`}>
                <h3 className="text-sm">
                  {name} <span className="font-normal"><TypeLine schema={schema} /></span>
                </h3>
                <SchemaView schema={schema} />
              </div>
            ))}
          </div>
        </Card>
      </section>
    </div>
  )
}
