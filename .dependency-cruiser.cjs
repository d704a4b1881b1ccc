/** The import table of docs/design.md, section 1: who may import whom. */
const only = (from, ...to) => ({
  name: `${from.replace('/', '-')}-imports`,
  comment: `${from} may import only: ${to.join(', ')}`,
  severity: 'error',
  from: { path: `^${from}/` },
  to: { pathNot: to.map((t) => (t.startsWith('npm:') ? `(^|/)node_modules/${t.slice(4)}(/|$)` : t)) },
})
const npm = (...names) => names.map((name) => `npm:${name}`)
const core = '^core/'

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'a circle of types alone costs nothing and is allowed',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    // node:crypto is the one built-in: hashing is pure computation (docs/decisions/0001-hashing-in-core.md).
    only('core', core, '^(node:)?crypto$', ...npm('zod', 'handlebars', 'dayjs', 'rrule-temporal')),
    only('templates', '^templates/'),
    only(
      'adapters',
      '^adapters/',
      core,
      '^(node:)?[a-z_]+$',
      ...npm('wx-server-sdk', '@cloudbase/node-sdk', 'zod'),
    ),
    only('cloudfunctions/subscriber', '^cloudfunctions/subscriber/', core, '^adapters/', '^templates/'),
    only('cloudfunctions/staff', '^cloudfunctions/staff/', core, '^adapters/', '^templates/'),
    only('cloudfunctions/events', '^cloudfunctions/events/', core, '^adapters/', '^templates/'),
    only('cloudfunctions/login', '^cloudfunctions/login/', core, '^adapters/'),
    only('cloudfunctions/dispatch', '^cloudfunctions/dispatch/', core, '^adapters/', '^templates/'),
    only('miniprogram', '^miniprogram/', '^core/contract([.]ts$|/)'),
    {
      name: 'miniprogram-types-only',
      comment: 'the Mini Program shares the types of the contract, never its code',
      severity: 'error',
      from: { path: '^miniprogram/' },
      to: { path: '^core/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'adapters-node-sdk',
      comment: 'node-sdk makes tickets of custom login, and nothing else of ours needs it',
      severity: 'error',
      from: { path: '^adapters/', pathNot: '^adapters/node/' },
      to: { path: 'node_modules/@cloudbase/node-sdk(/|$)' },
    },
    {
      name: 'emulator-imports-nothing-of-ours',
      comment: "a fake that shares core's opinion cannot disagree with it",
      severity: 'error',
      from: { path: '^emulator/' },
      to: { path: '^(core|adapters|cloudfunctions|templates|miniprogram|cli|test|bench)/' },
    },
    {
      name: 'cli-imports',
      comment: 'cli may import everything but miniprogram',
      severity: 'error',
      from: { path: '^cli/' },
      to: { path: '^(miniprogram|test|bench)/' },
    },
    {
      name: 'no-tests-in-product',
      severity: 'error',
      from: { pathNot: '^(test|bench)/' },
      to: { path: '^(test|bench)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
    },
  },
}
