// What each problem code means, as the guide tells it.
import { readGuide } from './guide'

/** The first paragraph below each code's heading, in Markdown. */
export async function problemMeanings(): Promise<Map<string, string>> {
  const markdown = (await readGuide('problems'))?.markdown ?? ''
  return new Map([...markdown.matchAll(/^### (\w+)\n\n(.+)$/gm)].map(([, code = '', meaning = '']) => [code, meaning]))
}
