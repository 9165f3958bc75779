'use client'

import Link from 'next/link'
import * as Primitive from 'radix-ui/dropdown-menu'
import type { ReactElement, ReactNode } from 'react'
import { classNames } from './class-names'
import { panelClass } from './popover'

export interface DropdownMenuProps {
  trigger: ReactElement
  align?: 'start' | 'center' | 'end'
  children: ReactNode
}

export function DropdownMenu({ trigger, align = 'end', children }: DropdownMenuProps) {
  return (
    // Not modal: the page stays readable and scrollable, and nothing focusable is hidden from screen readers.
    <Primitive.Root modal={false}>
      <Primitive.Trigger asChild>{trigger}</Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className={classNames(panelClass, 'min-w-44 max-w-72 p-1')}
        >
          {children}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  )
}

const itemClass =
  'flex min-h-8 w-full cursor-pointer items-center gap-2 rounded-sm px-2 text-sm outline-none select-none data-disabled:cursor-not-allowed data-disabled:opacity-55 data-highlighted:bg-hover [&_svg]:size-4'

export interface MenuItemProps {
  /** With `href` the item is a link, else a command. */
  href?: string
  onSelect?: () => void
  disabled?: boolean
  tone?: 'neutral' | 'danger'
  children: ReactNode
}

export function MenuItem({ href, onSelect, disabled, tone = 'neutral', children }: MenuItemProps) {
  const className = classNames(itemClass, tone === 'danger' && 'text-problem')
  if (href !== undefined) {
    return (
      <Primitive.Item asChild disabled={disabled} className={className}>
        <Link href={href}>{children}</Link>
      </Primitive.Item>
    )
  }
  return (
    <Primitive.Item disabled={disabled} onSelect={onSelect} className={className}>
      {children}
    </Primitive.Item>
  )
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <Primitive.Label className="px-2 py-1 text-xs text-ink-muted">{children}</Primitive.Label>
}

export function MenuSeparator() {
  return <Primitive.Separator className="-mx-1 my-1 h-px bg-line" />
}
