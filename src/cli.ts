import { setFlagsFromString } from 'node:v8';
import { seed } from '../demo/seed.command';
import { createAdministrator } from './modules/users/create-administrator.command';
import type { MakeCommand, Program } from './platform/command-line/command';
import { run } from './platform/command-line/run';
import { backUp } from './platform/data/backup/back-up.command';
import { restore } from './platform/data/backup/restore.command';
import { dumpdata } from './platform/data/dumpdata.command';
import { flush } from './platform/data/flush.command';
import { loaddata } from './platform/data/loaddata.command';
import { move } from './platform/data/move/move.command';
import { verify } from './platform/data/verify.command';
import { migrate } from './platform/database/migrate.command';
import { plan } from './platform/database/plan.command';
import { outboxDiscard, outboxList, outboxRetry } from './platform/events/outbox.command';
import { openapi } from './platform/http/openapi.command';
import { job, jobs } from './platform/jobs/jobs.command';
import { keepFilesPrivate } from './private-files';

/** What an operator and the schedule of a machine can ask for. */
const commands: MakeCommand[] = [
  ...[migrate, plan, move, backUp, restore],
  ...[dumpdata, loaddata, verify, flush],
  ...[jobs, job, outboxList, outboxRetry, outboxDiscard],
  ...[createAdministrator, seed, openapi],
];

/** What works is imported here alone, and late: help and `verify` answer at once, without Nest or a database. */
const program: Program = {
  inApplication: async (work) => (await import('./command-context.js')).inApplication(work),
  directUrl: async () => (await import('./command-context.js')).directUrl(),
  tryOut: async (url) => (await import('./command-context.js')).tryOut(url),
  booksSums: async () => (await import('./modules/rewards/index.js')).booksSums,
  document: async () => (await import('./command-context.js')).document(),
};

/** Left to itself the heap doubles before it is swept: a load of any size would hold garbage for as long as there is room. */
setFlagsFromString('--heap-growing-percent=30');
keepFilesPrivate();

void run(commands, program, process.argv.slice(2));
