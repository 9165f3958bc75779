'use client'

import { FileUp, X } from 'lucide-react'
import { useRef, useState, type DragEvent } from 'react'
import { Button } from './button'
import { classNames } from './class-names'
import type { FieldControl } from './field'
import { formatBytes } from './format'

export interface FileDropProps extends Partial<FieldControl> {
  /** What is wanted ("an .onnx file"). */
  prompt: string
  /** As the `accept` attribute: ".onnx,.json". */
  accept?: string
  name?: string
  file: File | null
  onFileChange: (file: File | null) => void
  disabled?: boolean
}

/** A file by drag, click or keyboard. */
export function FileDrop({ prompt, accept, file, onFileChange, disabled, ...control }: FileDropProps) {
  const input = useRef<HTMLInputElement>(null)
  const [isOver, setIsOver] = useState(false)

  function drop(event: DragEvent): void {
    event.preventDefault()
    setIsOver(false)
    const dropped = event.dataTransfer.files[0]
    if (dropped && disabled !== true) onFileChange(dropped)
  }

  function clear(): void {
    if (input.current) input.current.value = ''
    onFileChange(null)
  }

  return (
    <div
      onDragOver={(event) => {
        event.preventDefault()
        setIsOver(true)
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={drop}
      className={classNames(
        'relative flex min-h-16 items-center gap-3 rounded-md border border-dashed border-line-strong bg-sunken px-3 py-2 text-sm focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-focus',
        isOver && 'border-solid border-focus bg-info-surface',
        control['aria-invalid'] && 'border-problem',
        disabled === true && 'opacity-60',
      )}
    >
      <FileUp aria-hidden className="size-5 shrink-0 text-ink-muted" />
      <span className="min-w-0 flex-1">
        {file ? (
          <>
            <span className="block truncate font-medium">{file.name}</span>
            <span className="block text-xs text-ink-muted tabular-nums">{formatBytes(file.size)}</span>
          </>
        ) : (
          <span className="text-ink-muted">Drop {prompt} here, or choose one</span>
        )}
      </span>
      <input
        ref={input}
        type="file"
        accept={accept}
        disabled={disabled}
        {...control}
        required={control.required === true && !file}
        onChange={(event) => onFileChange(event.target.files?.[0] ?? null)}
        className="absolute inset-0 cursor-pointer opacity-0 disabled:cursor-not-allowed"
      />
      {file && (
        <Button variant="quiet" size="iconSmall" className="relative z-10" onClick={clear} aria-label={`Remove ${file.name}`}>
          <X aria-hidden />
        </Button>
      )}
    </div>
  )
}
