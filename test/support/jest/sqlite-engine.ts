import Sqlite from 'better-sqlite3';

process.env.TEST_ENGINE = 'sqlite';

/**
 * A native addon lives as long as its process, a test file's classes do not: better-sqlite3 would go on throwing the error
 * class of the first file of this worker, which is no `Error` to the files that follow.
 */
const addon = require('better-sqlite3/build/Release/better_sqlite3.node') as { isInitialized: boolean };
addon.isInitialized = false;

/** No test outlives a power cut: where there is no room in memory, a million waits for the disk are saved. */
const prototype = Sqlite.prototype as { pragma: (source: string, options?: object) => unknown };
const inProduction = Object.getOwnPropertyDescriptor(prototype, 'pragma')!.value as typeof prototype.pragma;
prototype.pragma = function (source, options) {
  return inProduction.call(this, source === 'synchronous = FULL' ? 'synchronous = OFF' : source, options);
};
