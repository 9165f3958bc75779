// The directions of the house (docs/decisions/0001): a room may import what stands left of it, never the other way.
const ROOMS = [
  'lib/math', 'lib/onnx', 'lib/platform', 'lib/database', 'lib/inference', 'lib/access', 'lib/audit', 'lib/registry',
  'lib/releases', 'lib/serving', 'lib/explanations', 'lib/monitoring', 'lib/alerts', 'lib/batch', 'lib/automation', 'lib/evidence', 'lib/reports',
  'lib/edge', 'lib/protocols',
]
const LAYERS = ['contract', 'rules', 'tables', 'queries', 'commands', 'routes|jobs']
// Access and audit know each other: every write authorises and leaves its event.
const PAIRS = new Set(['lib/access>lib/audit', 'lib/platform>lib/database'])

const between = ROOMS.flatMap((room, index) => {
  const later = ROOMS.slice(index + 1).filter((other) => !PAIRS.has(`${room}>${other}`))
  if (later.length === 0) return []
  return [{ name: `${room}-imports-later-room`, severity: 'error', from: { path: `^${room}/` }, to: { path: `^(${later.join('|')})/` } }]
})
const within = LAYERS.flatMap((layer, index) => {
  const later = LAYERS.slice(index + 1).join('|')
  if (later === '') return []
  return [{
    name: `${layer}-imports-later-layer`,
    severity: 'error',
    from: { path: `^lib/([^/]+)/(${layer})(/|\\.ts$)`, pathNot: '\\.test\\.ts$' },
    to: { path: `^lib/$1/(${later})(/|\\.ts$)`, dependencyTypesNot: ['type-only'] },
  }]
})

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...between,
    ...within,
    { name: 'no-circles', severity: 'error', from: { pathNot: '\\.test\\.tsx?$' }, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    { name: 'math-imports-nothing', severity: 'error', from: { path: '^lib/math/', pathNot: '\\.test\\.ts$|/testing(/|\\.ts$)' }, to: { path: '^(?!lib/math/|node_modules/@stdlib/)' } },
    { name: 'lib-imports-pages', severity: 'error', from: { path: '^lib/' }, to: { path: '^(app|components|server)/' } },
    { name: 'lib-room-imports-api', severity: 'error', from: { path: '^lib/.+/', pathNot: '\\.test\\.ts$' }, to: { path: '^lib/api\\.ts$' } },
    // Server components read through queries; a client component that tried would not build, so no rule is needed there.
    {
      name: 'components-write-past-the-api',
      severity: 'error',
      from: { path: '^components/' },
      to: { path: '^lib/[^/]+/(commands|tables|routes|jobs)(/|\\.ts$)', dependencyTypesNot: ['type-only'] },
    },
    { name: 'pages-write', severity: 'error', from: { path: '^app/(?!api/)' }, to: { path: '^lib/[^/]+/(commands|jobs|routes)(/|\\.ts$)' } },
    { name: 'tests-imported', severity: 'error', from: { pathNot: '\\.test\\.tsx?$' }, to: { path: '\\.test\\.tsx?$' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(\\.next|dist|data)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default'] },
  },
}
