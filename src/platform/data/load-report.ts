import { print, tell } from '../command-line/command';
import type { ChoiceMap } from './choice-map';
import type { LoadPlan, LoadReport } from './loader';

/** What was loaded, put right and left out, for the person who asked. */
export function showReport({ notes, skipped, loaded, kept }: LoadReport, done: string): void {
  const sum = (counts: Record<string, number>): number => Object.values(counts).reduce((total, one) => total + one, 0);
  for (const note of notes) tell(`note: ${note}`);
  for (const [name, count] of Object.entries(skipped)) tell(`read over: ${name} (${count})`);
  for (const [name, count] of Object.entries(kept)) tell(`already there: ${name} (${count})`);
  for (const [name, count] of Object.entries(loaded)) tell(`${name.padEnd(34)} ${count}`);
  const rest = sum(skipped) > 0 ? `; ${sum(skipped)} others of the file have no place here` : '';
  tell(`${sum(loaded)} records ${done}${sum(kept) > 0 ? `, ${sum(kept)} were there already` : ''}${rest}`);
}

/** What would happen goes to the person; a map to fill in to standard output: `loaddata --plan FILE > map.json`. */
export function showPlan({ report, refused, skeleton }: LoadPlan, map: ChoiceMap): void {
  if (report) showReport(report, 'would be loaded');
  if (refused) tell(refused.message);
  const words = Object.keys(skeleton).length;
  if (words > 0) {
    print(JSON.stringify(map.with(skeleton), null, 2));
    tell('The map on standard output lacks a choice: keep one of ours for each of theirs, and give it as --map');
  }
  tell('This was a plan: nothing was changed');
  if (refused) process.exitCode = 1;
}
