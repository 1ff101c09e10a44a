process.env.TEST_ENGINE = 'sqlite';

/**
 * A native addon lives as long as its process, a test file's classes do not: better-sqlite3 would go on throwing the error
 * class of the first file of this worker, which is no `Error` to the files that follow.
 */
const addon = require('better-sqlite3/build/Release/better_sqlite3.node') as { isInitialized: boolean };
addon.isInitialized = false;
