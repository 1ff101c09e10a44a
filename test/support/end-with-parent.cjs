/* Preloaded into programs that a test starts. If the test run is killed, this pipe closes and the program exits too. */
const { isMainThread } = require('node:worker_threads');

// With NODE_OPTIONS, worker threads run this file too. When a worker that reads standard input ends, Node 20 throws in the main thread.
if (isMainThread) {
  process.stdin.on('error', () => process.exit(1));
  process.stdin.on('end', () => process.exit(1));
  process.stdin.resume();
  process.stdin.unref();
}
