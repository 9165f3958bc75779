import type { Guide } from './guide'

const LEAST_SECTIONS = 3

export function OnThisPage({ sections }: { sections: Guide['sections'] }) {
  if (sections.length < LEAST_SECTIONS) return null
  return (
    <nav aria-label="On this page" className="mb-4">
      <ul className="flex flex-wrap gap-x-4 gap-y-1 text-sm">
        {sections.map(({ id, title }) => (
          <li key={id}>
            <a href={`#${id}`} className="link inline-flex min-h-6 items-center">
              {title}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}
