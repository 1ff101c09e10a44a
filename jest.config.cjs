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
  // The name of the package leads to dist, as extensions need it; tests run the sources.
  moduleNameMapper: {
    '^teoart-backend/platform/(.*)$': '<rootDir>/src/platform/$1',
    '^teoart-backend/modules/(.*)$': '<rootDir>/src/modules/$1',
  },
  transform: { '\\.(ts|mjs)$': swc },
};

/** What needs both engines runs once, where there is a server. */
const NEEDS_BOTH = ['operations/move/move'];

/**
 * A test runs on both engines, but these say nothing more on the second one: their subject is a node of the chain, a
 * browser, the form of a request or a command's words, and the statements below are tested on both by the specs of their
 * modules. TEST_LONG=1 runs them on both all the same.
 */
const ONE_ENGINE = {
  postgres: [
    'journeys/(school-lifecycle|access-matrix|answer-keys|coins-on-chain|imported-school|invalid-input)',
    'demo/',
    'chain/(anomalies|backups-at|concurrent-decisions|deep-reorg|every-withdrawal-ends|fees|leadership|metrics|node-faults)',
    'chain/(nonce-counts|reorg|requests|restored|supply|treasury-key|wallets|wrong-nodes|young)',
    'operations/fixtures/django\\.spec',
  ],
  sqlite: [
    'journeys/(badges-extension|extension-package|guide|docs-page|operations-page)',
    'platform/http/(?!health|idempotency|log-errors|pagination)',
    'platform/(auth|metrics)/',
    'operations/fixtures/(command-line|manifest)',
    'platform/events/outbox-administration',
    'platform/jobs/schedule',
    'operations/monitoring/(finding-thresholds|operations)',
    'platform/running/(telemetry|ticks)',
  ],
};

/** What an engine does not run. */
const leftOut = (engine) => {
  const other = engine === 'sqlite' ? 'postgres' : 'sqlite';
  const once = process.env.TEST_LONG ? [] : ONE_ENGINE[other];
  return [...once, ...(engine === 'sqlite' ? NEEDS_BOTH : [])].map((place) => `/test/${place}`);
};

/** `TEST_ENGINE` tells a test which one it has. */
const onEngine = (engine) => ({
  ...common,
  displayName: engine,
  testMatch: ['<rootDir>/test/*/**/*.spec.ts'],
  testPathIgnorePatterns: [
    '/node_modules/',
    // Without a database of any engine: the project `unit`.
    '/test/(architecture|unit)/',
    ...leftOut(engine),
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
