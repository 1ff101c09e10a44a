import { seed } from '../demo/seed.command';
import { createAdministrator } from './modules/users/accounts/create-administrator.command';
import type { MakeCommand } from './platform/command-line/command-definition';
import { backUp } from './operations/backup/back-up.command';
import { restore } from './operations/backup/restore.command';
import { dumpdata } from './operations/fixtures/dumpdata.command';
import { flush } from './operations/fixtures/flush.command';
import { loaddata } from './operations/fixtures/loaddata.command';
import { move } from './operations/move/move.command';
import { verify } from './operations/fixtures/verify.command';
import { migrate } from './platform/database/schema/migrate.command';
import { plan } from './platform/database/statements/plan.command';
import { outboxDiscard, outboxList, outboxRetry } from './platform/events/outbox.command';
import { openapi } from './platform/http/openapi.command';
import { job, jobs } from './platform/jobs/jobs.command';

/** What an operator and the schedule of a machine can ask for. */
export const commands: MakeCommand[] = [
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
  createAdministrator,
  seed,
  openapi,
];
