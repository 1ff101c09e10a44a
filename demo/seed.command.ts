import { Command } from 'commander';
import { print, parseWholeNumber, type MakeCommand } from '../src/platform/command-line/command-definition';

export const seed: MakeCommand = ({ inApplication }) =>
  new Command('seed')
    .summary('Fill an empty database with a large school for measurements')
    .requiredOption('--users <number>', 'the number of students (required)', parseWholeNumber())
    .option('--courses <number>', 'the number of courses', parseWholeNumber(), 200)
    .action(async ({ users: students, courses }: { users: number; courses: number }) => {
      const startedMs = performance.now();
      await inApplication(async (context) => {
        const { loadLargeSchool } = await import('./large-school.js');
        await loadLargeSchool(context, { students, courses });
      });
      const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
      print(`${students} students and ${courses} courses were created in ${seconds} s`);
    });
