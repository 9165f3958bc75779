// Markdown of the guide with the components of the product. Raw HTML in it is not rendered.
import Link from 'next/link'
import { Children, isValidElement, type ReactNode } from 'react'
import ReactMarkdown, { type Components } from 'react-markdown'
import { CodeBlock } from '@/components/ui/code-block'
import { Generated } from './generated'
import { headingId } from './heading-id'

function textOf(node: ReactNode): string {
  return Children.toArray(node)
    .map((child) => (isValidElement<{ children?: ReactNode }>(child) ? textOf(child.props.children) : String(child)))
    .join('')
}

const COMPONENTS: Components = {
  // The page's title stands in its header.
  h1: () => null,
  h2: ({ children }) => <Heading level={2}>{children}</Heading>,
  h3: ({ children }) => <Heading level={3}>{children}</Heading>,
  p: ({ children }) => <p className="my-3 max-w-prose">{children}</p>,
  ul: ({ children }) => <ul className="my-3 grid max-w-prose list-disc gap-1.5 pl-5">{children}</ul>,
  ol: ({ children }) => <ol className="my-3 grid max-w-prose list-decimal gap-1.5 pl-5">{children}</ol>,
  a: ({ href = '', children }) => (
    <Link href={href} className="link">
      {children}
    </Link>
  ),
  strong: ({ children }) => <strong className="font-semibold">{children}</strong>,
  code: ({ children }) => <code className="rounded-sm bg-sunken px-1 py-0.5 font-mono text-xs break-words">{children}</code>,
  pre: ({ children }) => <Fence>{children}</Fence>,
}

function Heading({ level, children }: { level: 2 | 3; children: ReactNode }) {
  const id = headingId(textOf(children))
  const Tag = level === 2 ? 'h2' : 'h3'
  return (
    <Tag id={id} className={level === 2 ? 'mt-8 mb-2 text-lg' : 'mt-6 mb-1 text-base'}>
      <a href={`#${id}`} className="hover:underline">
        {children}
      </a>
    </Tag>
  )
}

/** A fence in the language `generated` names a part that is made from the program itself. */
function Fence({ children }: { children: ReactNode }) {
  const code = Children.toArray(children)[0]
  if (!isValidElement<{ className?: string; children?: ReactNode }>(code)) return null
  const text = textOf(code.props.children).replace(/\n$/, '')
  const language = /language-(\S+)/.exec(code.props.className ?? '')?.[1]
  if (language === 'generated') return <Generated name={text} />
  return <CodeBlock code={text} label={language === undefined ? 'text' : `${language} example`} className="my-3 max-w-3xl" />
}

export function Markdown({ children }: { children: string }) {
  return <ReactMarkdown components={COMPONENTS}>{children}</ReactMarkdown>
}
