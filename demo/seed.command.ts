import { Command } from 'commander';
import { print, parseWholeNumber, type MakeCommand } from '../src/platform/command-line/command-definition';

export const seed: MakeCommand = ({ inApplication }) =>
  new Command('seed')
    .summary('Fill an empty database with a large school, to measure on')
    .requiredOption('--users <number>', 'how many students (required)', parseWholeNumber())
    .option('--courses <number>', 'how many courses', parseWholeNumber(), 200)
    .action(async ({ users: students, courses }: { users: number; courses: number }) => {
      const started = performance.now();
      await inApplication(async (context) => {
        const { loadLargeSchool } = await import('./large-school.js');
        await loadLargeSchool(context, { students, courses });
      });
      const seconds = ((performance.now() - started) / 1_000).toFixed(1);
      print(`${students} students and ${courses} courses in ${seconds} s`);
    });
