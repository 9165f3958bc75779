'use client'

import { useEffect, useEffectEvent, useSyncExternalStore } from 'react'

const KEY = 'flightdeck:single-keys'
const CHANGED = 'flightdeck:single-keys-changed'

/** Typing, or a dialog on top: single keys then belong to what has the focus. */
function isTaken(event: KeyboardEvent): boolean {
  if (document.querySelector('[role="dialog"]')) return true
  const target = event.target
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
}

/** ⌘K on a Mac, Ctrl K elsewhere: works everywhere, also while typing. */
export function useCommandKey(key: string, run: () => void): void {
  useKeydown((event) => {
    if (event.key.toLowerCase() !== key || !(event.metaKey || event.ctrlKey) || event.altKey || event.shiftKey) return
    event.preventDefault()
    run()
  })
}

/** A single key. A person can switch these off (WCAG 2.2, 2.1.4), for instance when dictating. */
export function useSingleKey(key: string, run: () => void): void {
  useKeydown((event) => {
    if (event.key !== key || event.metaKey || event.ctrlKey || event.altKey) return
    if (isTaken(event) || !readSingleKeys()) return
    event.preventDefault()
    run()
  })
}

function useKeydown(handle: (event: KeyboardEvent) => void): void {
  const onKey = useEffectEvent(handle)
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => onKey(event)
    window.addEventListener('keydown', listener)
    return () => window.removeEventListener('keydown', listener)
  }, [])
}

function readSingleKeys(): boolean {
  try {
    return localStorage.getItem(KEY) !== 'off'
  } catch {
    return true
  }
}

function subscribe(listener: () => void): () => void {
  window.addEventListener(CHANGED, listener)
  return () => window.removeEventListener(CHANGED, listener)
}

/** Whether single keys are on, and the switch for them. */
export function useSingleKeys(): [boolean, (isOn: boolean) => void] {
  const isOn = useSyncExternalStore(subscribe, readSingleKeys, () => true)
  function change(next: boolean): void {
    try {
      localStorage.setItem(KEY, next ? 'on' : 'off')
    } catch {
      // Without storage the choice cannot be kept; the keys stay on.
    }
    window.dispatchEvent(new Event(CHANGED))
  }
  return [isOn, change]
}
