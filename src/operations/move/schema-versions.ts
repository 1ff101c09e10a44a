import type { Problem } from './move.errors';

/** Requires the same migrations on both sides, because otherwise equal columns may have different meanings. */
export function findMigrationProblems(source: readonly string[] | null, target: readonly string[] | null): Problem[] {
  if (!source)
    return [{ place: 'source', what: 'this is not a database of this application: it has no list of migrations' }];
  const missingInSource = (target ?? []).filter((name) => !source.includes(name));
  const missingInTarget = source.filter((name) => !target?.includes(name));
  return [
    ...missingInSource.map((name) => ({
      place: 'source',
      what: `the migration ${name} is missing: run \`migrate\` on this database first`,
    })),
    ...missingInTarget.map((name) => ({
      place: 'source',
      what: `it has the migration ${name}, which the target or this program does not have`,
    })),
  ];
}
