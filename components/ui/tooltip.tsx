'use client'

import * as Primitive from 'radix-ui/tooltip'
import type { ReactElement, ReactNode } from 'react'

export const TooltipProvider = Primitive.Provider

export interface TooltipProps {
  content: ReactNode
  /** One focusable element (button or link): the tooltip opens on hover and on keyboard focus. */
  children: ReactElement
  side?: 'top' | 'right' | 'bottom' | 'left'
}

/** A short name or note. What a reader must know belongs on the page, or in InfoTip, which touch reaches too. */
export function Tooltip({ content, children, side = 'top' }: TooltipProps) {
  return (
    <Primitive.Root>
      <Primitive.Trigger asChild>{children}</Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="z-60 max-w-72 animate-appear rounded-md bg-primary px-2 py-1 text-xs text-on-primary shadow-raised"
        >
          {content}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  )
}
