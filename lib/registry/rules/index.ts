// Pure decisions of the registry.
export { exampleRow } from './example-row'
export { refineSignature, humanName } from './refine-signature'
export { readReferenceTable, type ReferenceTable } from './reference-file'
export { checkReference, sampleIndexes, trialRow, type ReferenceRow, type ReferenceRows } from './reference-rows'
export { answerScore, profileShape, referenceProfile, scoreColumn } from './reference-profile'
export { meanAbsolutes, referenceAttributions } from './reference-attributions'
export { realisedMetrics } from './reference-metrics'
export { compareVersions, IMPORTANCE_SHARES, type ComparedRow, type ComparedSection, type Comparison } from './compare-versions'
