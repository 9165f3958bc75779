export interface TooltipLine {
  label: string
  value: string
}

export interface ChartTooltipProps {
  title: string
  lines: readonly TooltipLine[]
}

/** The box beside the pointer, or beside the point reached with the arrow keys. */
export function ChartTooltip({ title, lines }: ChartTooltipProps) {
  return (
    <div className="rounded-md border bg-surface px-2.5 py-1.5 text-xs shadow-raised">
      <p className="font-medium">{title}</p>
      <dl className="mt-1 grid grid-cols-[auto_auto] gap-x-3 gap-y-0.5">
        {lines.map((line) => (
          <div key={line.label} className="contents">
            <dt className="text-ink-muted">{line.label}</dt>
            <dd className="text-right tabular-nums">{line.value}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}
