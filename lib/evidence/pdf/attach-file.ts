// Puts a file into a PDF that is finished, as an incremental update (ISO 32000-1, section 7.5.6): what was there stays
// byte for byte, and new objects, a new catalogue and a new cross-reference section follow.
import { deflateSync } from 'node:zlib'

export interface Attachment {
  /** ASCII. */
  name: string
  mediaType: string
  description: string
  content: string
}

/** @throws Error for a PDF with anything else than one classic cross-reference table */
export function attachFile(pdf: Buffer, { name, mediaType, description, content }: Attachment): Buffer {
  const text = pdf.toString('latin1')
  const trailer = text.slice(text.lastIndexOf('trailer'))
  const size = Number(/\/Size (\d+)/.exec(trailer)?.[1])
  const root = Number(/\/Root (\d+) 0 R/.exec(trailer)?.[1])
  const previous = Number(/startxref\s+(\d+)/.exec(trailer)?.[1])
  const objectAt = objectsOf(text, previous, size)
  const names = Number(/\/Names (\d+) 0 R/.exec(objectAt(root))?.[1])
  const [file, specification] = [size, size + 1]
  const packed = deflateSync(Buffer.from(content))
  const objects: [number, Buffer][] = [
    [root, withEntry(objectAt(root), `/AF [${specification} 0 R]`)],
    [names, withEntry(objectAt(names), `/EmbeddedFiles << /Names [(${name}) ${specification} 0 R] >>`)],
    [file, Buffer.concat([Buffer.from(`<< /Type /EmbeddedFile /Subtype /${mediaType.replace('/', '#2F')} /Filter /FlateDecode /Length ${packed.length} /Params << /Size ${Buffer.byteLength(content)} >> >>\nstream\n`), packed, Buffer.from('\nendstream')])],
    [specification, Buffer.from(`<< /Type /Filespec /F (${name}) /UF (${name}) /Desc (${description}) /AFRelationship /Source /EF << /F ${file} 0 R >> >>`)],
  ]
  const parts: Buffer[] = [pdf, Buffer.from('\n')]
  const entries: string[] = []
  let at = pdf.length + 1
  for (const [number, body] of objects) {
    const object = Buffer.concat([Buffer.from(`${number} 0 obj\n`), body, Buffer.from('\nendobj\n')])
    entries.push(`${number} 1\n${String(at).padStart(10, '0')} 00000 n \n`)
    parts.push(object)
    at += object.length
  }
  const kept = trailer.match(/\/Info \d+ 0 R|\/ID \[[^\]]*\]/g) ?? []
  parts.push(Buffer.from(`xref\n${entries.join('')}trailer\n<< /Size ${size + 2} /Root ${root} 0 R ${kept.join(' ')} /Prev ${previous} >>\nstartxref\n${at}\n%%EOF\n`))
  return Buffer.concat(parts)
}

/** Section 7.5.4: entries of 20 bytes each, all in one part here. */
function objectsOf(text: string, table: number, size: number): (number: number) => string {
  const head = /^xref\s+0 (\d+)\s+/.exec(text.slice(table, table + 40))
  if (!head || Number(head[1]) !== size) throw new Error('this PDF has no plain cross-reference table, so no file can be attached to it')
  return (number) => {
    const entry = table + head[0].length + 20 * number
    const offset = Number(text.slice(entry, entry + 10))
    const object = text.slice(offset, text.indexOf('endobj', offset))
    if (!object.startsWith(`${number} 0 obj`)) throw new Error(`this PDF has no object ${number}, so no file can be attached to it`)
    return object.slice(object.indexOf('obj') + 3).trim()
  }
}

function withEntry(dictionary: string, entry: string): Buffer {
  return Buffer.from(dictionary.replace('<<', `<< ${entry}`), 'latin1')
}
