import './platform/process/compile-cache';
import { setFlagsFromString } from 'node:v8';
import { seed } from '../demo/seed.command';
import { createAdministrator } from './modules/users/accounts/create-administrator.command';
import { removeSecondFactor } from './modules/users/factors/remove-factor.command';
import { resetPassword } from './modules/users/recovery/reset-password.command';
import { auditVerify } from './operations/audit/audit.command';
import { backUp } from './operations/backup/back-up.command';
import { restore } from './operations/backup/restore.command';
import { dumpdata } from './operations/fixtures/dump/dumpdata.command';
import { flush } from './operations/fixtures/flush.command';
import { loaddata } from './operations/fixtures/load/loaddata.command';
import { verify } from './operations/fixtures/dump/verify.command';
import { mailList, mailRetry } from './operations/mail/mail.command';
import { move } from './operations/move/move.command';
import { createProgram } from './platform/command-line/program';
import { runCommandLine } from './platform/command-line/command-runner';
import { migrate } from './platform/database/schema/migrate.command';
import { plan } from './platform/database/statements/migration-plan.command';
import { outboxDiscard, outboxList, outboxRetry } from './operations/outbox/outbox.command';
import { openapi } from './platform/http/openapi/openapi.command';
import { job, jobs } from './operations/jobs/jobs.command';
import { keepFilesPrivate } from './platform/process/private-files';

/** The commands for operators and for the scheduler of a machine, such as cron. */
export const commands = [
  migrate,
  plan,
  move,
  backUp,
  restore,
  dumpdata,
  loaddata,
  verify,
  flush,
  jobs,
  job,
  outboxList,
  outboxRetry,
  outboxDiscard,
  mailList,
  mailRetry,
  auditVerify,
  createAdministrator,
  resetPassword,
  removeSecondFactor,
  seed,
  openapi,
];

const program = {
  ...createProgram(() => import('./app.module.js')),
  sums: async () => (await import('./modules/rewards/index.js')).ledgerSums,
};

if (require.main === module) {
  // Without this flag the heap may double before a garbage collection, so that a large load would fill the memory.
  setFlagsFromString('--heap-growing-percent=30');
  keepFilesPrivate();
  void runCommandLine(commands, program, process.argv.slice(2));
}
