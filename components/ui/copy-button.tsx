'use client'

import { Check, Copy, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Button } from './button'
import { classNames } from './class-names'

export interface CopyButtonProps {
  value: string
  /** What is copied ("version id"); becomes the button's name. */
  label: string
  /** Shows the label beside the icon. */
  showLabel?: boolean
  className?: string
}

const RESULTS = { idle: Copy, copied: Check, failed: X }

export function CopyButton({ value, label, showLabel = false, className }: CopyButtonProps) {
  const [result, setResult] = useState<keyof typeof RESULTS>('idle')

  useEffect(() => {
    if (result === 'idle') return
    const timer = setTimeout(() => setResult('idle'), 2000)
    return () => clearTimeout(timer)
  }, [result])

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(value)
      setResult('copied')
    } catch {
      // Without https or permission the browser refuses; the value stays selectable on the page.
      setResult('failed')
    }
  }

  const Icon = RESULTS[result]
  return (
    <Button
      variant="quiet"
      size={showLabel ? 'small' : 'iconSmall'}
      onClick={copy}
      aria-label={`Copy ${label}`}
      className={classNames('relative z-10', !showLabel && '-my-1.5 align-middle', className)}
    >
      <Icon aria-hidden />
      {showLabel && <span aria-hidden>{result === 'copied' ? 'Copied' : `Copy ${label}`}</span>}
      <span role="status" className="sr-only">
        {result === 'copied' && 'Copied'}
        {result === 'failed' && 'The browser refused to copy'}
      </span>
    </Button>
  )
}
