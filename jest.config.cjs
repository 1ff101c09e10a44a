const { existsSync, readFileSync, realpathSync } = require('node:fs');
const path = require('node:path');

const MODULES = ['platform', 'users', 'courses', 'progress', 'rewards', 'notifications', 'journeys', 'demo'];

/**
 * Jest runs CommonJS here, and Nest 12 is published as ES modules only, which jest cannot `require` on Node 20:
 * SWC turns them into CommonJS, as it does with the TypeScript sources.
 */
const swc = [
  '@swc/jest',
  {
    swcrc: false,
    // A package marked as ES module may hold CommonJS files too: SWC looks at the file.
    isModule: 'unknown',
    sourceMaps: 'inline',
    jsc: {
      target: 'es2023',
      keepClassNames: true,
      parser: { syntax: 'typescript', decorators: true, dynamicImport: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    },
    module: { type: 'commonjs' },
  },
];

/** Matches what lies in `node_modules` except the packages that are ES modules, which the lock file lists for us. */
function allButModulePackages() {
  const folder = realpathSync(path.join(__dirname, 'node_modules'));
  const escape = (text) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
  const places = Object.keys(JSON.parse(readFileSync(path.join(__dirname, 'package-lock.json'), 'utf8')).packages)
    .filter((place) => place.startsWith('node_modules/') && isModulePackage(place))
    .map((place) => escape(place.slice('node_modules/'.length)));
  return `^${escape(folder)}/(?!(?:${places.join('|')})/(?!node_modules/))`;
}

function isModulePackage(place) {
  const file = path.join(__dirname, place, 'package.json');
  if (!existsSync(file)) return false;
  const { type, main, exports: entry } = JSON.parse(readFileSync(file, 'utf8'));
  return type === 'module' || (typeof entry === 'string' ? entry : (main ?? '')).endsWith('.mjs');
}

const common = {
  rootDir: __dirname,
  testEnvironment: 'node',
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json', 'node'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  transform: { '\\.(ts|js|mjs)$': swc },
  transformIgnorePatterns: [allButModulePackages()],
};

/** What needs both engines runs once, where there is a server. */
const BOTH = { sqlite: ['/test/platform/data/move'], postgres: [] };

/** The same files on each engine; `TEST_ENGINE` tells a test which one it has. */
const onEngine = (engine) => ({
  ...common,
  displayName: engine,
  testMatch: [`<rootDir>/test/{${MODULES.join(',')}}/**/*.spec.ts`],
  testPathIgnorePatterns: [
    '/node_modules/',
    ...BOTH[engine],
    // What one engine alone can do (be restarted, be followed by a replica) is named for it.
    `\\.(?!${engine})(sqlite|postgres)\\.spec\\.ts$`,
  ],
  setupFiles: [`<rootDir>/test/support/jest/${engine}-engine.ts`],
  globalSetup: `<rootDir>/test/support/jest/${engine}-setup.ts`,
  globalTeardown: `<rootDir>/test/support/jest/${engine}-teardown.ts`,
});

module.exports = {
  // Jest takes the time-out from here only, not from a project.
  testTimeout: 60_000,
  maxWorkers: 2,
  // A worker keeps some 30 MB of each file it ran, and after a hundred of them collects garbage most of the time.
  workerIdleMemoryLimit: '1GB',
  testSequencer: '<rootDir>/test/support/jest/longest-first.cjs',
  reporters: ['default', '<rootDir>/test/support/jest/counts-reporter.cjs'],
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: ['src/**/*.spec.ts', 'test/{architecture,unit}/**/*.spec.ts'].map((glob) => `<rootDir>/${glob}`),
    },
    onEngine('sqlite'),
    onEngine('postgres'),
  ],
};
