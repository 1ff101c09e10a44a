import type { Problem } from './move.errors';

/** The two schemas must have been made by the same migrations, or a column means one thing here and another there. */
export function findMigrationProblems(source: readonly string[] | null, target: readonly string[] | null): Problem[] {
  if (!source) return [{ place: 'source', what: 'is no database of this platform: it has no list of migrations' }];
  const behind = (target ?? []).filter((name) => !source.includes(name));
  const ahead = source.filter((name) => !target?.includes(name));
  return [
    ...behind.map((name) => ({ place: 'source', what: `lacks the migration ${name}: run migrate on it first` })),
    ...ahead.map((name) => ({
      place: 'source',
      what: `has the migration ${name}, which the target or this program lacks`,
    })),
  ];
}
