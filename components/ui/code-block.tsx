import { classNames } from './class-names'
import { CopyButton } from './copy-button'

export interface CodeBlockProps {
  code: string
  /** What the code is ("curl command"); names the copy button and the box. */
  label: string
  className?: string
}

export function CodeBlock({ code, label, className }: CodeBlockProps) {
  return (
    <div className={classNames('relative min-w-0 rounded-md border bg-sunken', className)}>
      <pre tabIndex={0} aria-label={label} className="overflow-x-auto p-3 pr-11 font-mono text-xs leading-5">
        <code>{code}</code>
      </pre>
      <CopyButton value={code} label={label} className="absolute top-1.5 right-1.5 my-0 bg-sunken" />
    </div>
  )
}
