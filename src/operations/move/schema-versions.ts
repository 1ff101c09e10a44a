import type { Problem } from './move.errors';

/** Reports migrations that only one of the databases has, because then equal columns may have different meanings. */
export function findMigrationProblems(source: readonly string[] | null, target: readonly string[] | null): Problem[] {
  if (!source)
    return [{ place: 'source', reason: 'this is not a database of this application: it has no list of migrations' }];
  const missingInSource = (target ?? []).filter((name) => !source.includes(name));
  const missingInTarget = source.filter((name) => !target?.includes(name));
  return [
    ...missingInSource.map((name) => ({
      place: 'source',
      reason: `the migration ${name} is missing: run \`migrate\` on this database first`,
    })),
    ...missingInTarget.map((name) => ({
      place: 'source',
      reason: `it has the migration ${name}, which the target or this program does not have`,
    })),
  ];
}
