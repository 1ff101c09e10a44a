const { writeFileSync } = require('node:fs');

/** Says in one line how many tests passed, failed and were skipped, over all projects; see `scripts/check.mjs`. */
class CountsReporter {
  onRunComplete(_contexts, results) {
    // A file that could not even be loaded has no tests to count, and must not read as "0 failed".
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    const line = `${results.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
    if (process.env.TEST_COUNTS_FILE) writeFileSync(process.env.TEST_COUNTS_FILE, line);
    else console.log(line);
  }
}

module.exports = CountsReporter;
