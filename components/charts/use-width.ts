'use client'

import { useCallback, useState, type RefCallback } from 'react'

/** The width of an element in pixels, kept while the window changes; 0 before the first measure. It may appear later. */
export function useWidth<T extends HTMLElement>(): [RefCallback<T>, number] {
  const [width, setWidth] = useState(0)
  const measure = useCallback((element: T | null) => {
    if (!element) return
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return [measure, width]
}
