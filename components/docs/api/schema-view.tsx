// A type as a list of its members, down to other named types, which are links.
import { limitWords, namesIn, partsOf, typeWords, type Schema } from './openapi'

const DEEPEST = 4

export function TypeLine({ schema }: { schema: Schema }) {
  const names = namesIn(schema)
  const words = typeWords(schema)
  const limits = limitWords(schema)
  return (
    <span className="text-ink-muted">
      {names.length === 0 ? words : <WithLinks words={words} names={names} />}
      {limits !== '' && <span className="text-ink-subtle">, {limits}</span>}
    </span>
  )
}

function WithLinks({ words, names }: { words: string; names: readonly string[] }) {
  return words.split(/\b/).map((word, index) =>
    names.includes(word) ? (
      <a key={index} href={`#schema-${word}`} className="link">
        {word}
      </a>
    ) : (
      word
    ),
  )
}

export function SchemaView({ schema, depth = 0 }: { schema: Schema; depth?: number }) {
  const parts = partsOf(schema)
  if (parts.length === 0 || depth >= DEEPEST) return null
  return (
    <>
      {parts.map((part, index) => (
        <div key={index} className="mt-1">
          {parts.length > 1 && <p className="text-xs text-ink-subtle">{index === 0 ? 'Either' : 'Or'}</p>}
          <ul className="grid gap-1 border-l pl-3">
            {Object.entries(part.properties ?? {}).map(([name, member]) => (
              <li key={name} className="text-sm">
                <code className="font-mono text-xs">{name}</code>
                {part.required?.includes(name) !== true && <span className="text-xs text-ink-subtle"> optional</span>} <TypeLine schema={member} />
                {member.description !== undefined && <span className="text-ink-muted">. {member.description}</span>}
                <SchemaView schema={member} depth={depth + 1} />
              </li>
            ))}
          </ul>
        </div>
      ))}
    </>
  )
}
