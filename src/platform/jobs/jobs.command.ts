import { Command } from 'commander';
import { print, type MakeCommand } from '../command-line/command';

export const jobs: MakeCommand = ({ inApplication }) =>
  new Command('jobs').summary('List the jobs, and when each runs').action(() =>
    inApplication(async (context) => {
      const { Jobs } = await import('./jobs.js');
      for (const { name, cron = 'by name only', summary } of context.get(Jobs, { strict: false }).list)
        print(`${name.padEnd(34)} ${cron.padEnd(20)} ${summary}`);
    }),
  );

export const job: MakeCommand = ({ inApplication }) =>
  new Command('job')
    .summary('Run a job now')
    .argument('<name>', 'as jobs lists it')
    .action((name: string) =>
      inApplication(async (context) => {
        const { Jobs } = await import('./jobs.js');
        const report = await context.get(Jobs, { strict: false }).run(name);
        print(report ? JSON.stringify(report) : `${name} is running in another process`);
      }),
    );
