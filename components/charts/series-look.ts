// Series differ in dash and marker; the grey is only the third sign.

export type Marker = 'circle' | 'square' | 'triangle' | 'diamond'

export interface SeriesLook {
  stroke: string
  dash: string | undefined
  marker: Marker
}

const LOOKS: readonly [SeriesLook, ...SeriesLook[]] = [
  { stroke: 'var(--series-1)', dash: undefined, marker: 'circle' },
  { stroke: 'var(--series-2)', dash: '7 4', marker: 'square' },
  { stroke: 'var(--series-4)', dash: '12 3 3 3', marker: 'triangle' },
  { stroke: 'var(--series-3)', dash: '4 3', marker: 'diamond' },
]

export function lookOf(index: number): SeriesLook {
  return LOOKS[index % LOOKS.length] ?? LOOKS[0]
}

/** Outline of a marker of radius r around (x, y). */
export function markerPath(marker: Marker, x: number, y: number, r: number): string {
  switch (marker) {
    case 'circle':
      return `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`
    case 'square':
      return `M${x - r} ${y - r}h${2 * r}v${2 * r}h${-2 * r}Z`
    case 'triangle':
      return `M${x} ${y - r * 1.2}L${x + r * 1.2} ${y + r}H${x - r * 1.2}Z`
    case 'diamond':
      return `M${x} ${y - r * 1.4}L${x + r * 1.4} ${y}L${x} ${y + r * 1.4}L${x - r * 1.4} ${y}Z`
  }
}
