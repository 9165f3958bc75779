// Any text survives the way through a file, however it is cut into blocks.
import fc from 'fast-check'
import { open } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import type { FieldKind, ReadPlan } from '../columns'
import { csvLine } from '../output/csv-cells'
import { writeSource } from '../testing/example'
import { csvFormat, splitLine, type Separator } from './csv-format'
import { CsvRows } from './csv-rows'
import { textBlocks, type TextBlock } from './text-blocks'

const plan = (fields: Record<string, FieldKind>, keep: string[] = []): ReadPlan => ({
  fields: Object.entries(fields).map(([name, kind]) => ({ name, kind, column: name })), keep, subject: null,
})

async function blocksOf(content: string | Uint8Array, limits = { rows: 3, bytes: 1e6 }, from?: { offset: number; rows: number }): Promise<{ blocks: TextBlock[]; format: ReturnType<typeof csvFormat> }> {
  const bytes = Buffer.from(content as string)
  const format = csvFormat(bytes.subarray(0, 1 << 20), bytes.length <= 1 << 20)
  const handle = await open(writeSource('source.csv', bytes).path)
  const blocks: TextBlock[] = []
  try {
    for await (const block of textBlocks(handle, { from: from?.offset ?? format.start, rowsRead: from?.rows ?? 0, separator: format.separator, ends: 'csv', limits })) blocks.push(block)
  } finally {
    await handle.close()
  }
  return { blocks, format }
}

interface ReadRow {
  row: number
  values: unknown[]
  kept: (string | null)[]
  broken: string | undefined
  source: (string | null)[]
}

async function read(content: string | Uint8Array, fields: Record<string, FieldKind>, keep: string[] = [], limits?: { rows: number; bytes: number }): Promise<ReadRow[]> {
  const { blocks, format } = await blocksOf(content, limits)
  const rows = new CsvRows({ kind: 'csv', ...format }, plan(fields, keep))
  const found: ReadRow[] = []
  for (const block of blocks) {
    const bytes = Buffer.from(block.bytes)
    let at = 0
    let done = 0
    while (at < bytes.length) {
      at = rows.read(bytes, at, block.firstRow + done)
      for (let row = 0; row < rows.rows; row++) {
        const values = rows.fields.map(({ kind, numbers, texts, wrong }) => (wrong.has(row) ? { wrong: wrong.get(row) } : kind === 'text' ? texts[row] : numbers[row]))
        found.push({ row: rows.firstRow + row, values, kept: keep.map((_, column) => rows.kept(column, row)), broken: rows.broken.get(row), source: rows.source(row) })
      }
      done += rows.rows
    }
    expect(done).toBe(block.rows)
  }
  return found
}

const cell = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 12 }), fc.string({ unit: fc.constantFrom('"', ',', ';', '\n', '\r', ' ', 'x', 'ü'), maxLength: 8 }), fc.constantFrom('', '"', '""', '\r\n', 'a"b'))

describe('CSV', () => {
  it('gives back any text, whatever the size of the blocks', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 12 }), fc.integer({ min: 1, max: 5 }), fc.boolean(), async (rows, size, isTerminated) => {
        const text = [['first', 'second', 'third'], ...rows].map(csvLine).join('')
        const found = await read(isTerminated ? text : text.slice(0, -2), { first: 'text' }, ['second', 'third', 'first'], { rows: size, bytes: 1e6 })
        // A row of three empty cells is no empty line.
        expect(found.map(({ kept }) => kept.map((one) => one ?? ''))).toEqual(rows.map(([first, second, third]) => [second, third, first]))
        expect(found.map(({ values: [first] }) => first ?? '')).toEqual(rows.map(([first]) => first))
        expect(found.map(({ source }) => source)).toEqual(rows)
        expect(found.map(({ row }) => row)).toEqual(rows.map((_, index) => index + 1))
        expect(found.every(({ broken }) => broken === undefined)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it('gives back any number, to the bit', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 20 }), async (numbers) => {
        const found = await read(`other,n\n${numbers.map((value) => `x,${Object.is(value, -0) ? '-0' : value}\n`).join('')}`, { n: 'number' })
        expect(found.map(({ values }) => values[0])).toEqual(numbers)
      }),
      { numRuns: 200 },
    )
  })

  it('goes on at the end of any block as if it had never stopped', async () => {
    const text = 'a,b\r\n1,"x\n1"\r\n\r\n2,y\n3,"z"",3"\n4,\n5,v\n'
    const { blocks } = await blocksOf(text, { rows: 1, bytes: 1e6 })
    const all = blocks.map(({ bytes }) => Buffer.from(bytes).toString())
    expect(all).toEqual(['1,"x\n1"\r\n', '2,y\n', '3,"z"",3"\n', '4,\n', '5,v\n'])
    for (const [index, { endOffset, firstRow }] of blocks.entries()) {
      const rest = await blocksOf(text, { rows: 1, bytes: 1e6 }, { offset: endOffset, rows: firstRow })
      expect(rest.blocks.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(all.slice(index + 1))
      expect(rest.blocks.map((block) => block.firstRow)).toEqual(blocks.slice(index + 1).map((block) => block.firstRow))
    }
  })

  it('reads rows that lie across the parts in which a file is read', async () => {
    const long = 'x'.repeat(300_000)
    const rows = Array.from({ length: 12 }, (_, index) => `${index},"${long}\n"`)
    const found = await read(`n,text\n${rows.join('\n')}`, { n: 'number' }, ['text'])
    expect(found.map(({ values }) => values[0])).toEqual(rows.map((_, index) => index))
    expect(found.every(({ kept }) => kept[0] === `${long}\n`)).toBe(true)
  })

  it.each<[string, string, Separator]>([
    ['commas', 'a,b\n1,2\n', ','],
    ['semicolons beside decimal commas', 'a;b\n1,5;2,5\n', ';'],
    ['tabs beside commas in texts', 'a\tb\nx, y\tz\n', '\t'],
    ['bars', 'a|b\n1|2\n', '|'],
    ['one column', 'a\n1\n', ','],
    ['commas in quotation marks', '"a;x","b;y"\n"1;2","3"\n', ','],
  ])('finds %s', (_, text, separator) => {
    expect(csvFormat(Buffer.from(text), true).separator).toBe(separator)
  })

  it.each<[string, string, FieldKind, unknown]>([
    ['a decimal comma beside semicolons', 'n;m\n-1,25;x\n', 'number', -1.25],
    ['an exponent', 'n,m\n1.5e-3,x\n', 'number', 0.0015],
    ['spaces around a number', 'n,m\n 7 ,x\n', 'number', 7],
    ['a number in quotation marks', 'n,m\n"7",x\n', 'number', 7],
    ['nothing as missing', 'n,m\n,x\n', 'number', NaN],
    ['NaN as missing', 'n,m\nNaN,x\n', 'number', NaN],
    ['a text as it is', 'n,m\nseven,x\n', 'number', { wrong: 'seven' }],
    ['too large a number', 'n,m\n1e999,x\n', 'number', Infinity],
    ['true and false', 'n,m\nTRUE,x\n', 'boolean', 1],
    ['maybe as it is', 'n,m\nmaybe,x\n', 'boolean', { wrong: 'maybe' }],
    ['a number in a text field as text', 'n,m\n007,x\n', 'text', '007'],
    ['the mark of UTF-8', '\ufeffn,m\n1,x\n', 'number', 1],
    ['a name in quotation marks', '"n","m"\r\n1,x\r\n', 'number', 1],
  ])('reads %s', async (_, text, kind, value) => {
    const [found] = await read(text, { n: kind })
    expect(found?.values).toEqual([value])
  })

  it('keeps a column that two fields read', async () => {
    const source = { kind: 'csv', separator: ',', columns: ['a', 'b'] } as const
    const rows = new CsvRows({ ...source, columns: [...source.columns] }, { fields: [{ name: 'n', kind: 'number', column: 'a' }, { name: 't', kind: 'text', column: 'a' }], keep: [], subject: 'b' })
    rows.read(Buffer.from('1.50,x\n,y\n'), 0, 1)
    expect([rows.fields[0]?.numbers[0], rows.fields[1]?.texts[0], rows.subject(0)]).toEqual([1.5, '1.50', 'x'])
    expect([rows.fields[0]?.numbers[1], rows.fields[1]?.texts[1], rows.subject(1)]).toEqual([NaN, null, 'y'])
  })

  it('says which rows cannot be read, and reads the others', async () => {
    const found = await read('a,b\n1,x\n2\n3,y,z\n4,w\n5,"v\n', { a: 'number' })
    expect(found.map(({ broken }) => broken)).toEqual([
      undefined,
      'The row has 1 cell; the first row names 2 columns.',
      'The row has 3 cells; the first row names 2 columns.',
      undefined,
      'A quotation mark that opens in this row never closes.',
    ])
    expect(found[2]?.source).toEqual(['3', 'y', 'z'])
    expect(found[4]?.source).toEqual(['5', 'v'])
  })

  it.each<[string, Uint8Array, string]>([
    ['UTF-16', Buffer.from('\ufeffa,b\n1,2\n', 'utf16le'), 'UTF-16'],
    ['UTF-16 without a mark', Buffer.from('a,b\n1,2\n', 'utf16le'), 'UTF-16'],
    ['Latin-1', Buffer.from('a,b\n1,ok\n2,M\xfcller\n', 'latin1'), 'not UTF-8 near row 2'],
    ['a column named twice', Buffer.from('a,b,a\n'), 'Two columns are called "a"'],
    ['nothing', Buffer.alloc(0), 'empty'],
    ['a row without end', Buffer.from(`a,b\n1,"${'x'.repeat(5 * 1024 * 1024)}`), 'Row 1 is longer than 4 MB'],
  ])('refuses %s in a sentence', async (_, content, sentence) => {
    await expect(blocksOf(content)).rejects.toThrow(sentence)
  })

  it('splits lines as they were joined', () => {
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 5 }), (cells) => {
        expect(splitLine(csvLine(cells).slice(0, -2), ',')).toEqual(cells)
      }),
    )
  })
})
