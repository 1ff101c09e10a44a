/** The arrows, lowest first: a module may import those before it, through their faces. */
const arrows = ['users', 'courses', 'progress', 'rewards', 'chain', 'notifications'];

/** One rule for each folder of a list, lowest first: it imports none of those after it. */
const inOrder = (prefix, parent, folders) =>
  folders.slice(0, -1).map((folder, at) => ({
    name: `${prefix}-${folder}`,
    comment: `${folder} is below ${folders.slice(at + 1).join(', ')}: they may import it, never the other way`,
    severity: 'error',
    from: { path: `^${parent}/${folder}/` },
    to: { path: `^${parent}/(${folders.slice(at + 1).join('|')})/` },
  }));

/** The rooms of the chain, lowest first: a room may import those before it. */
const chainRooms = [
  'settings',
  'decisions',
  'nodes',
  'deposits',
  'cursor',
  'wallets',
  'withdrawals',
  'payments',
  'supply',
  'sending',
  'settlement',
  'administration',
  'audit',
];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...inOrder('arrows', 'src/modules', arrows),
    ...inOrder('chain-rooms', 'src/modules/chain', chainRooms),
    {
      name: 'chain-rooms',
      comment:
        'A room of the chain is in the list, and imports of the folder above it the errors, the events and the guard only',
      severity: 'error',
      from: { path: '^src/modules/chain/[^/]+/' },
      to: {
        path: '^src/modules/chain/',
        pathNot: [
          `^src/modules/chain/(${chainRooms.join('|')})/`,
          '^src/modules/chain/chain\\.(errors|events|guard)\\.ts$',
        ],
      },
    },
    {
      name: 'faces',
      comment: 'A module is imported through its index.ts only',
      severity: 'error',
      from: { path: '^src/modules/([^/]+)/' },
      to: { path: '^src/modules/', pathNot: ['^src/modules/$1/', '^src/modules/[^/]+/index\\.ts$'] },
    },
    {
      name: 'faces-from-outside',
      comment:
        'The application, the demo school and extensions see faces too; and commands, which load no module before they run',
      severity: 'error',
      from: { path: '^(src/[^/]+\\.ts|demo/)' },
      to: { path: '^src/modules/', pathNot: ['^src/modules/[^/]+/index\\.ts$', '\\.command\\.ts$'] },
    },
    {
      name: 'no-face-from-inside',
      comment: 'Inside a module, files are imported directly: its face would be a cycle',
      severity: 'error',
      from: { path: '^src/modules/([^/]+)/' },
      to: { path: '^src/modules/$1/index\\.ts$' },
    },
    {
      name: 'platform-knows-no-module',
      severity: 'error',
      from: { path: '^src/platform/' },
      to: { path: '^(src/modules|demo)/' },
    },
    {
      name: 'platform-knows-no-operations',
      severity: 'error',
      from: { path: '^src/platform/' },
      to: { path: '^src/operations/' },
    },
    {
      name: 'modules-know-no-operations',
      comment: 'A module registers with the platform what operations must know of it',
      severity: 'error',
      from: { path: '^src/modules/' },
      to: { path: '^src/operations/' },
    },
    {
      name: 'operations-know-no-module',
      severity: 'error',
      from: { path: '^src/operations/' },
      to: { path: '^(src/modules|demo)/' },
    },
    {
      name: 'nothing-imports-the-application',
      comment: 'main.ts, worker.ts and cli.ts start processes, and app.module.ts is the list of modules',
      severity: 'error',
      from: { path: '^src/(platform|operations|modules)/' },
      to: { path: '^src/[^/]+\\.ts$' },
    },
    {
      name: 'database-room',
      comment: 'Drivers and TypeORM’s connection objects stay in the database room and the rooms of operations',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(platform/database|operations/(move|backup))/' },
      to: { path: 'node_modules/(pg|pg-copy-streams|better-sqlite3|typeorm/driver)/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'everything-resolves', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.spec\\.ts$' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.json'], conditionNames: ['require', 'node', 'default'] },
  },
};
