import type { ReactNode } from 'react'
import { classNames } from './class-names'

export interface KeyValueItem {
  label: ReactNode
  value: ReactNode
}

export interface KeyValueListProps {
  items: readonly KeyValueItem[]
  /** `rows`: label left, value right. `columns`: label over value, several beside each other. */
  layout?: 'rows' | 'columns'
  className?: string
}

export function KeyValueList({ items, layout = 'rows', className }: KeyValueListProps) {
  if (layout === 'columns') {
    return (
      <dl className={classNames('grid grid-cols-2 gap-x-6 gap-y-3 text-sm sm:grid-cols-3 lg:grid-cols-4', className)}>
        {items.map((item, index) => (
          <div key={index} className="min-w-0">
            <dt className="text-xs text-ink-muted">{item.label}</dt>
            <dd className="mt-0.5 break-words">{item.value}</dd>
          </div>
        ))}
      </dl>
    )
  }
  return (
    <dl className={classNames('grid text-sm', className)}>
      {items.map((item, index) => (
        <div key={index} className="grid gap-x-4 border-b py-1.5 last:border-b-0 sm:grid-cols-[9rem_1fr]">
          <dt className="text-ink-muted">{item.label}</dt>
          <dd className="min-w-0 break-words">{item.value}</dd>
        </div>
      ))}
    </dl>
  )
}
