// The rows of a block of typed columns, as Parquet gives them.
import { CHUNK_ROWS, emptyColumns, putValue, type Chunk, type FieldColumn, type ReadPlan } from '../columns'
import { cellOfKind, cellText } from './cell'

export interface TypedSource {
  kind: 'typed'
  columns: string[]
}

/** A column's cells, as they were decoded. */
export type Cells = ArrayLike<unknown>

export class TypedRows implements Chunk {
  rows = 0
  firstRow = 0
  readonly broken = new Map<number, string>()
  readonly fields: FieldColumn[]
  private cells: readonly Cells[] = []
  private from = 0
  private readonly places: number[]
  private readonly keptPlaces: number[]
  private readonly subjectPlace: number

  constructor(
    { columns }: TypedSource,
    private readonly plan: ReadPlan,
  ) {
    this.fields = emptyColumns(plan)
    this.places = plan.fields.map(({ column }) => (column === null ? -1 : columns.indexOf(column)))
    this.keptPlaces = plan.keep.map((column) => columns.indexOf(column))
    this.subjectPlace = plan.subject === null ? -1 : columns.indexOf(plan.subject)
  }

  /** @returns the row where the next chunk begins */
  read(cells: readonly Cells[], from: number, rows: number, firstRow: number): number {
    this.cells = cells
    this.from = from
    this.firstRow = firstRow
    this.rows = Math.min(CHUNK_ROWS, rows - from)
    this.plan.fields.forEach(({ kind }, index) => {
      const field = this.fields[index] as FieldColumn
      field.wrong.clear()
      const source = cells[this.places[index] ?? -1]
      if (!source) return
      for (let row = 0; row < this.rows; row++) {
        const value = source[from + row]
        if (kind === 'number' && typeof value === 'number') field.numbers[row] = value
        else putValue(field, row, cellOfKind(value, kind), value)
      }
    })
    return from + this.rows
  }

  kept(column: number, row: number): string | null {
    return this.text(this.keptPlaces[column] ?? -1, row)
  }

  subject(row: number): string | null {
    return this.text(this.subjectPlace, row)
  }

  private text(place: number, row: number): string | null {
    const source = this.cells[place]
    return source ? cellText(source[this.from + row]) : null
  }

  source(row: number): (string | null)[] {
    return this.cells.map((source) => cellText(source[this.from + row]))
  }
}
