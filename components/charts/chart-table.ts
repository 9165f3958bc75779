// The table behind every chart: what is shown, downloaded and read aloud comes from the same prepared data.

export interface ChartColumn {
  label: string
  numeric?: boolean
}

export interface ChartCell {
  /** As drawn. */
  text: string
  /** As downloaded: the number itself, or machine-readable text. */
  raw: string | number | null
}

export interface ChartTable {
  columns: readonly ChartColumn[]
  rows: ReadonlyArray<readonly ChartCell[]>
}

export function textCell(text: string): ChartCell {
  return { text, raw: text }
}
