'use client'

import { useQuery } from '@tanstack/react-query'
import { Command } from 'cmdk'
import { Clock, Search } from 'lucide-react'
import { useRouter } from 'next/navigation'
import * as Primitive from 'radix-ui/dialog'
import { useState, type ReactNode } from 'react'
import { overlayClass } from '@/components/ui/dialog'
import { fetchModels } from './command-models'
import type { NavigationGroup } from './navigation'
import { readRecent } from './recent-pages'

export interface CommandDialogProps {
  groups: readonly NavigationGroup[]
  open: boolean
  onOpenChange: (open: boolean) => void
}

const groupClass =
  '[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-ink-muted'

export function CommandDialog({ groups, open, onOpenChange }: CommandDialogProps) {
  return (
    <Primitive.Root open={open} onOpenChange={onOpenChange}>
      <Primitive.Portal>
        <Primitive.Overlay className={overlayClass} />
        <Primitive.Content
          aria-describedby={undefined}
          className="fixed inset-x-2 top-[12vh] z-50 mx-auto max-w-lg animate-appear overflow-hidden rounded-lg border bg-surface shadow-raised focus:outline-none"
        >
          <Primitive.Title className="sr-only">Search pages and models</Primitive.Title>
          <CommandList groups={groups} onDone={() => onOpenChange(false)} />
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  )
}

interface CommandListProps {
  groups: readonly NavigationGroup[]
  onDone: () => void
}

function CommandList({ groups, onDone }: CommandListProps) {
  const router = useRouter()
  const [recent] = useState(readRecent)
  const models = useQuery({
    queryKey: ['command-menu', 'models'],
    queryFn: ({ signal }) => fetchModels(signal),
    staleTime: 60_000,
  })

  function go(href: string): void {
    onDone()
    router.push(href)
  }

  return (
    <Command label="Search pages and models" loop>
      <div className="flex items-center gap-2 border-b px-3">
        <Search aria-hidden className="size-4 text-ink-muted" />
        <Command.Input
          autoFocus
          placeholder="Where to?"
          className="h-11 flex-1 bg-transparent text-base text-ink outline-none placeholder:text-ink-subtle max-sm:text-lg"
        />
      </div>
      <Command.List className="max-h-[50vh] overflow-y-auto p-1">
        <Command.Empty className="px-3 py-8 text-center text-sm text-ink-muted">
          No page or model has this name.
        </Command.Empty>
        <Command.Group heading="Models" className={groupClass}>
          {models.isPending && <Note>Loading models …</Note>}
          {models.isError && <Note>The models could not be loaded. The pages below still work.</Note>}
          {models.data?.map((model) => (
            <Item key={model.href} value={`model ${model.label} ${model.href}`} onSelect={() => go(model.href)}>
              {model.label}
            </Item>
          ))}
        </Command.Group>
        <Command.Group heading="Pages" className={groupClass}>
          {groups.flatMap((group) =>
            group.items.map((item) => (
              <Item key={item.href} value={`page ${item.label} ${item.href}`} onSelect={() => go(item.href)}>
                {item.icon}
                {item.label}
              </Item>
            )),
          )}
        </Command.Group>
        {recent.length > 0 && (
          <Command.Group heading="Recent" className={groupClass}>
            {recent.map((page) => (
              <Item key={page.href} value={`recent ${page.title} ${page.href}`} onSelect={() => go(page.href)}>
                <Clock aria-hidden />
                {page.title}
              </Item>
            ))}
          </Command.Group>
        )}
      </Command.List>
    </Command>
  )
}

interface ItemProps {
  value: string
  onSelect: () => void
  children: ReactNode
}

function Item({ value, onSelect, children }: ItemProps) {
  return (
    <Command.Item
      value={value}
      onSelect={onSelect}
      className="flex min-h-8 cursor-pointer items-center gap-2 rounded-sm px-2 text-sm data-[selected=true]:bg-hover [&_svg]:size-4 [&_svg]:shrink-0"
    >
      {children}
    </Command.Item>
  )
}

function Note({ children }: { children: ReactNode }) {
  return <p className="px-2 py-1.5 text-sm text-ink-muted">{children}</p>
}
