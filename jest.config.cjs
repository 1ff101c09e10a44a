const swc = [
  '@swc/jest',
  {
    swcrc: false,
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

const common = {
  rootDir: __dirname,
  testEnvironment: '<rootDir>/test/support/jest/environment.cjs',
  runtime: '<rootDir>/test/support/jest/runtime.cjs',
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json', 'node'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  // Extensions resolve the package name to dist, but tests must run the sources.
  moduleNameMapper: {
    '^teoart-backend/platform/(.*)$': '<rootDir>/src/platform/$1',
    '^teoart-backend/modules/(.*)$': '<rootDir>/src/modules/$1',
    '^teoart-client$': '<rootDir>/packages/client/src/index.ts',
  },
  transform: { '\\.(ts|mjs)$': swc },
};

/** Specs that need both engines. They run once, in the project with a PostgreSQL server. */
const NEEDS_BOTH_ENGINES = ['operations/move/move'];

/**
 * Tests run on both engines, except these. They test a chain node, a browser, the form of a request or the texts of a command, so
 * a second engine would show nothing new. The specs of their modules test the statements on both. TEST_LONG=1 runs all on both.
 */
const ONE_ENGINE = {
  postgres: [
    'journeys/(school-lifecycle|access-matrix|answer-keys|coins-on-chain|imported-school|invalid-input|allowed-requests)',
    'demo/',
    'chain/(anomalies|backups-at|concurrent-decisions|deep-reorg|every-withdrawal-ends|fees|leadership|metrics|node-faults)',
    'chain/(nonce-counts|reorg|requests|restored|supply|treasury-key|wallets|wrong-nodes|young)',
    'operations/fixtures/django\\.spec',
  ],
  sqlite: [
    'client/',
    'journeys/(badges-extension|extension-package|guide|docs-page|operations-page|passkey-page|school-day)',
    'platform/http/(?!health|idempotency|log-errors|pagination)',
    'platform/(auth|metrics)/',
    'platform/audit/audit-command',
    'operations/fixtures/(command-line|manifest)',
    'platform/events/outbox-administration',
    'platform/jobs/schedule',
    'operations/monitoring/(finding-thresholds|operations)',
    'platform/running/(telemetry|ticks)',
  ],
};

/** The specs that an engine does not run. */
const skippedSpecs = (engine) => {
  const other = engine === 'sqlite' ? 'postgres' : 'sqlite';
  const otherEngineOnly = process.env.TEST_LONG ? [] : ONE_ENGINE[other];
  return [...otherEngineOnly, ...(engine === 'sqlite' ? NEEDS_BOTH_ENGINES : [])].map((pattern) => `/test/${pattern}`);
};

/** The Jest project of one engine. `TEST_ENGINE` tells a test which engine it runs on. */
const projectFor = (engine) => ({
  ...common,
  displayName: engine,
  testMatch: ['<rootDir>/test/*/**/*.spec.ts'],
  testPathIgnorePatterns: [
    '/node_modules/',
    // These use no database and run in the project `unit`.
    '/test/(architecture|unit)/',
    ...skippedSpecs(engine),
    // A spec that only one engine can run, such as a restart or a replica, has the engine in its file name.
    `\\.(?!${engine})(sqlite|postgres)\\.spec\\.ts$`,
  ],
  setupFiles: [`<rootDir>/test/support/jest/${engine}-engine.ts`],
  globalSetup: `<rootDir>/test/support/jest/${engine}-setup.ts`,
  globalTeardown: `<rootDir>/test/support/jest/${engine}-teardown.ts`,
});

module.exports = {
  // Jest reads the timeout only here, not in a project.
  testTimeout: 60_000,
  maxWorkers: 2,
  // A worker keeps about 30 MB for each spec it ran, and after a hundred specs it mostly collects garbage.
  workerIdleMemoryLimit: '1GB',
  testSequencer: '<rootDir>/test/support/jest/longest-first.cjs',
  reporters: ['default', '<rootDir>/test/support/jest/counts-reporter.cjs'],
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: ['src/**/*.spec.ts', 'test/{architecture,unit}/**/*.spec.ts'].map((glob) => `<rootDir>/${glob}`),
    },
    projectFor('sqlite'),
    projectFor('postgres'),
  ],
};
