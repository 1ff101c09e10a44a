/** The modules in the order of their dependencies. A module may import earlier modules, through their index.ts. */
const modules = ['users', 'courses', 'progress', 'rewards', 'chain', 'administration', 'notifications'];

/** Creates one rule for each folder of a list, so that it does not import later folders. */
const forbidLaterImports = (prefix, parent, folders) =>
  folders.slice(0, -1).map((folder, index) => ({
    name: `${prefix}-${folder}`,
    comment: `${folder} must not import ${folders.slice(index + 1).join(', ')}, which may import it`,
    severity: 'error',
    from: { path: `^${parent}/${folder}/` },
    to: { path: `^${parent}/(${folders.slice(index + 1).join('|')})/` },
  }));

/** The folders of the chain module in the order of their dependencies. A folder may import earlier folders. */
const chainFolders = [
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
    ...forbidLaterImports('modules', 'src/modules', modules),
    ...forbidLaterImports('chain-folders', 'src/modules/chain', chainFolders),
    {
      name: 'chain-folders',
      comment:
        'Each folder of the chain must be in the list above. From the folder src/modules/chain itself it imports only errors, events and guard',
      severity: 'error',
      from: { path: '^src/modules/chain/[^/]+/' },
      to: {
        path: '^src/modules/chain/',
        pathNot: [
          `^src/modules/chain/(${chainFolders.join('|')})/`,
          '^src/modules/chain/chain\\.(errors|events|guard)\\.ts$',
        ],
      },
    },
    {
      name: 'public-interfaces',
      comment: 'A module is imported only through its index.ts',
      severity: 'error',
      from: { path: '^src/modules/([^/]+)/' },
      to: { path: '^src/modules/', pathNot: ['^src/modules/$1/', '^src/modules/[^/]+/index\\.ts$'] },
    },
    {
      name: 'public-interfaces-from-outside',
      comment:
        'The application and the demo school import a module through its index.ts too. They may also import commands, which load no module before they run',
      severity: 'error',
      from: { path: '^(src/[^/]+\\.ts|demo/)' },
      to: { path: '^src/modules/', pathNot: ['^src/modules/[^/]+/index\\.ts$', '\\.command\\.ts$'] },
    },
    {
      name: 'no-own-index',
      comment: 'Inside a module, files are imported directly, because importing its index.ts would create a cycle',
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
      comment: 'A module registers with the platform what operations need from it',
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
      comment: 'main.ts, worker.ts and cli.ts start processes, and app.module.ts lists the modules',
      severity: 'error',
      from: { path: '^src/(platform|operations|modules)/' },
      to: { path: '^src/[^/]+\\.ts$' },
    },
    {
      name: 'drivers-stay-in-database-folders',
      comment:
        'Only platform/database, platform/internals and the folders move and backup of operations import drivers and TypeORM’s connection objects',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(platform/(database|internals)|operations/(move|backup))/' },
      to: { path: 'node_modules/(pg|pg-copy-streams|better-sqlite3|typeorm/driver)/' },
    },
    {
      name: 'private-files-stay-in-internals',
      comment: 'Only platform/internals imports files of TypeORM, pg and Nest that their index does not export',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/platform/internals/' },
      to: { path: 'node_modules/(typeorm/(?!index\\.)|pg/lib/(?!index\\.)|@nestjs/[^/]+/(constants|internal)\\.)' },
    },
    {
      name: 'client-stands-alone',
      comment: 'The published client imports no package and no code of the server',
      severity: 'error',
      from: { path: '^packages/client/src/' },
      to: { pathNot: '^packages/client/src/' },
    },
    {
      name: 'nothing-imports-the-client',
      severity: 'error',
      from: { path: '^(src|demo|migrations)/' },
      to: { path: '^packages/' },
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
