import { Command } from 'commander';
import { print, type MakeCommand } from '../../platform/command-line/command-definition';

export const jobs: MakeCommand = ({ inApplication }) =>
  new Command('jobs').summary('List the jobs and their schedules').action(() =>
    inApplication(async (context) => {
      const { Jobs } = await import('../../platform/jobs/jobs.js');
      for (const { name, cron = 'no schedule', summary } of context.get(Jobs, { strict: false }).list)
        print(`${name.padEnd(34)} ${cron.padEnd(20)} ${summary}`);
    }),
  );

export const job: MakeCommand = ({ inApplication }) =>
  new Command('job')
    .summary('Run a job now')
    .argument('<name>', 'the name of a job, as listed by `jobs`')
    .action((name: string, _: unknown, command: Command) =>
      inApplication(async (context) => {
        const { Jobs, UnknownJob } = await import('../../platform/jobs/jobs.js');
        const runningJob = context.get(Jobs, { strict: false }).run(name);
        const report = await runningJob.catch((error: unknown) => {
          if (error instanceof UnknownJob) command.error(`error: ${error.message}`, { exitCode: 2 });
          throw error;
        });
        print(report ? JSON.stringify(report) : `${name} is running in another process`);
      }),
    );
