const { writeFileSync } = require('node:fs');

/** Prints in one line how many tests of all projects passed, failed and were skipped (see `scripts/check.mjs`). */
class CountsReporter {
  onRunComplete(_contexts, results) {
    // A file that cannot be loaded has no failed tests, so it is counted separately.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    const line = `${results.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
    if (process.env.TEST_COUNTS_FILE) writeFileSync(process.env.TEST_COUNTS_FILE, line);
    else console.log(line);
  }
}

module.exports = CountsReporter;
