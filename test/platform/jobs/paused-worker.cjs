/*
 * Loaded before a worker that a test pauses: it stops itself (SIGSTOP) inside its run, between two of its transactions, as a
 * machine that is put to sleep. Who started it lets it go on.
 */
require('reflect-metadata');
const path = require('node:path');

const { JobRuns } = require(path.join(process.cwd(), 'dist/src/platform/jobs/job-runs'));
const { record } = JobRuns.prototype;
JobRuns.prototype.record = function (run, work) {
  return record.call(this, run, () => {
    process.stdout.write('pausing\n');
    process.kill(process.pid, 'SIGSTOP');
    return new Promise((resolve) => setTimeout(resolve, 50)).then(work);
  });
};
