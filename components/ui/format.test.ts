import { describe, expect, it } from 'vitest'
import {
  formatBytes,
  formatChange,
  formatCount,
  formatDate,
  formatDateTime,
  formatDay,
  formatDuration,
  formatIso,
  formatNumber,
  formatPercent,
  formatRelative,
  formatScore,
  formatTime,
  NO_VALUE,
} from './format'

const readable = (text: string): string => text.replaceAll('\u00a0', ' ')

describe('numbers', () => {
  it.each([
    [0, '0'],
    [1234567, '1,234,567'],
    [1234.6, '1,235'],
    [0.123456, '0.123'],
    [12.345, '12.3'],
    [-3.5, '−3.5'],
  ])('formatNumber(%d) is %s', (value, text) => {
    expect(formatNumber(value)).toBe(text)
  })

  it('takes fixed decimals, a unit and a sign', () => {
    expect(readable(formatNumber(2, { decimals: 2, unit: '$', signed: true }))).toBe('+2.00 $')
    expect(formatNumber(0, { signed: true })).toBe('0')
    expect(formatScore(0.5)).toBe('0.500')
  })

  it.each([
    [9999, '9,999'],
    [12345, '12.3k'],
    [4_500_000, '4.5M'],
    [-20_000, '−20k'],
  ])('formatCount(%d) is %s', (value, text) => {
    expect(formatCount(value)).toBe(text)
  })

  it('writes shares and changes', () => {
    expect(readable(formatPercent(0.12345))).toBe('12.3 %')
    expect(readable(formatPercent(1, 0))).toBe('100 %')
    expect(readable(formatChange(0.042))).toBe('+4.2 %')
    expect(readable(formatChange(-0.5))).toBe('−50 %')
    expect(readable(formatChange(0))).toBe('0 %')
  })

  it('writes a dash for what is not there', () => {
    for (const write of [formatNumber, formatCount, formatPercent, formatChange, formatScore, formatDuration, formatBytes]) {
      expect([write(null), write(undefined), write(Number.NaN), write(Infinity)]).toEqual(Array(4).fill(NO_VALUE))
    }
  })
})

describe('formatDuration', () => {
  it.each([
    [0, '0 ms'],
    [0.0421, '42 µs'],
    [3.14159, '3.1 ms'],
    [250.4, '250 ms'],
    [1500, '1.5 s'],
    [42_000, '42 s'],
    [90_000, '1 min 30 s'],
    [3_599_900, '60 min'],
    [7_200_000, '2 h'],
    [5_400_000, '1 h 30 min'],
    [90_000_000, '1 d 1 h'],
    [-90_000, '−1 min 30 s'],
  ])('%d ms is %s', (ms, text) => {
    expect(readable(formatDuration(ms))).toBe(text)
  })
})

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1500, '1.5 kB'],
    [999_600, '1.0 MB'],
    [123_456_789, '123 MB'],
    [5e15, '5,000 TB'],
  ])('%d is %s', (bytes, text) => {
    expect(readable(formatBytes(bytes))).toBe(text)
  })
})

describe('times', () => {
  const at = Date.UTC(2026, 4, 3, 4, 5, 6)

  it('are written in UTC, whatever the form they come in', () => {
    expect(formatDate(at)).toBe('3 May 2026')
    expect(formatDay(at)).toBe('3 May')
    expect(formatTime(at)).toBe('04:05')
    for (const form of [at, new Date(at), '2026-05-03T06:05:06+02:00']) {
      expect(formatDateTime(form)).toBe('3 May 2026, 04:05 UTC')
      expect(formatIso(form)).toBe('2026-05-03T04:05:06.000Z')
    }
  })

  it('are a dash when there is none or it cannot be read', () => {
    expect([formatDateTime(null), formatDate('soon'), formatTime(undefined)]).toEqual(Array(3).fill(NO_VALUE))
    expect(formatIso(Number.NaN)).toBe('')
  })

  it.each([
    [10_000, 'just now'],
    [-10_000, 'in a moment'],
    [50_000, '1 min ago'],
    [5 * 60_000, '5 min ago'],
    [-3 * 3_600_000, 'in 3 h'],
    [12 * 86_400_000, '12 d ago'],
    [40 * 86_400_000, '3 May 2026'],
  ])('%d ms after is %s', (distance, text) => {
    expect(formatRelative(at, at + distance)).toBe(text)
  })
})
