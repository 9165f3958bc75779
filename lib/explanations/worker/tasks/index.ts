// Everything the worker can be asked, by name.
import type { OpenedVersion } from '../opened-version'
import type { ExplainerTasks, TaskKind } from '../protocol'
import { explainRow } from './explain'

export const TASKS: { [K in TaskKind]: (opened: OpenedVersion, asked: ExplainerTasks[K]['asked']) => Promise<ExplainerTasks[K]['answer']> } = {
  explain: explainRow,
  answers: ({ model }, { rows }) => model.run(rows),
}
