import type { Problem } from './move.errors';

/** Requires the same migrations on both sides, because otherwise equal columns may have different meanings. */
export function findMigrationProblems(source: readonly string[] | null, target: readonly string[] | null): Problem[] {
  if (!source)
    return [{ place: 'source', what: 'this is not a database of this application: it has no list of migrations' }];
  const behind = (target ?? []).filter((name) => !source.includes(name));
  const ahead = source.filter((name) => !target?.includes(name));
  return [
    ...behind.map((name) => ({
      place: 'source',
      what: `the migration ${name} is missing: run \`migrate\` on this database first`,
    })),
    ...ahead.map((name) => ({
      place: 'source',
      what: `it has the migration ${name}, which the target or this program does not have`,
    })),
  ];
}
