// Saving from the browser. The PNG code is fetched on the first click, not with the page.

/** "Is waiting time still …?" → is-waiting-time-still */
export function toFileName(question: string): string {
  const name = question
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60)
    .replace(/-+$/, '')
  return name === '' ? 'chart' : name
}

export function saveText(text: string, fileName: string, type: string): void {
  // The mark at the start makes spreadsheets read UTF-8.
  saveBlob(new Blob(['\ufeff', text], { type: `${type};charset=utf-8` }), fileName)
}

const CONTROLS = '[data-chart-tools], .recharts-tooltip-wrapper'

/** Marks of the point the reader happens to be at. The library copies an SVG whole, so its filter does not reach them. */
const POINTER_MARKS = '.recharts-tooltip-cursor, .recharts-active-dot'

export async function saveAsPng(element: HTMLElement, fileName: string): Promise<void> {
  const { toBlob } = await import('html-to-image')
  const background = getComputedStyle(document.documentElement).getPropertyValue('--surface').trim()
  const marks = [...element.querySelectorAll<SVGElement>(POINTER_MARKS)]
  for (const mark of marks) mark.style.visibility = 'hidden'
  try {
    const blob = await toBlob(element, {
      pixelRatio: 2,
      backgroundColor: background,
      filter: (node) => !(node instanceof Element && node.matches(CONTROLS)),
    })
    if (!blob) throw new Error('The browser returned no picture')
    saveBlob(blob, `${fileName}.png`)
  } finally {
    for (const mark of marks) mark.style.visibility = ''
  }
}

function saveBlob(blob: Blob, fileName: string): void {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = fileName
  link.click()
  // Some browsers read the address after the click has returned.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
