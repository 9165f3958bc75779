// Everything the worker can be asked, by name.
import type { OpenedVersion } from '../opened-version'
import type { ExplainerTasks, TaskKind } from '../protocol'
import { findChanges } from './counterfactuals'
import { dependOn } from './dependence'
import { explainRow } from './explain'
import { findInteractions } from './interactions'
import { explainReference } from './reference-explanations'
import { tryRow } from './what-if'

export const TASKS: { [K in TaskKind]: (opened: OpenedVersion, asked: ExplainerTasks[K]['asked']) => Promise<ExplainerTasks[K]['answer']> } = {
  explain: explainRow,
  answers: ({ model }, { rows }) => model.run(rows),
  'what-if': tryRow,
  counterfactuals: findChanges,
  dependence: dependOn,
  interactions: findInteractions,
  'reference-explanations': explainReference,
}
