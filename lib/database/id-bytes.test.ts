import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newId } from '../platform/ids'
import { bytesToId, idToBytes } from './id-bytes'

describe('ids as bytes', () => {
  it('keeps a UUID in 16 bytes, in the order of its text', () => {
    const ids = Array.from({ length: 200 }, (_, index) => newId(1_700_000_000_000 + index * 977))
    const bytes = ids.map((id) => Buffer.from(idToBytes(id)))
    expect(bytes.every(({ length }) => length === 16)).toBe(true)
    expect(bytes.map(bytesToId)).toEqual(ids)
    expect([...bytes].sort(Buffer.compare).map(bytesToId)).toEqual([...ids].sort())
  })

  it('gives every text back as it was, and two texts never the same bytes', () => {
    const uuid = newId()
    const texts = ['', 'none', '\u0000', 'fifteen letters', 'sixteen letters.', '\u0000sixteen letters', '\ufeffmark', 'Müller', uuid.toUpperCase(), uuid.replaceAll('-', ''), `${uuid} `, uuid.replace('-', '_')]
    expect(texts.map((text) => bytesToId(idToBytes(text)))).toEqual(texts)
    expect(new Set([uuid, ...texts].map((text) => Buffer.from(idToBytes(text)).toString('hex'))).size).toBe(texts.length + 1)
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => bytesToId(idToBytes(text)) === text))
    fc.assert(fc.property(fc.uuid(), (id) => bytesToId(idToBytes(id)) === id && idToBytes(id).length === 16))
    fc.assert(fc.property(fc.string({ minLength: 14, maxLength: 17 }), fc.string({ minLength: 14, maxLength: 17 }), (one, other) => one === other || Buffer.compare(idToBytes(one), idToBytes(other)) !== 0))
  })
})
