import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { Client, School } from './school';

/**
 * The callers of every route. `halfSignedIn` sends the challenge of a sign-in that waits for the second factor as a token. `apiKey`
 * is an API key of an administrator with every scope. `student` is enrolled in the course of `teacher`, and `otherStudent` is enrolled in no course.
 */
export const roles = [
  'visitor',
  'halfSignedIn',
  'student',
  'otherStudent',
  'teacher',
  'otherTeacher',
  'unapprovedTeacher',
  'admin',
  'apiKey',
] as const;
export type Role = (typeof roles)[number];
export type Cast = Record<Role, Client>;

export type Ids = Record<string, string | number>;

/**
 * Rows and bodies of a module for the tests that call every route. The file `test/<module>/route-things.ts` exports them as
 * `routeThings`. It is needed only if the module's paths have ids, or if the example of a body in the document is not accepted.
 */
export interface RouteThings {
  /**
   * Creates the rows whose ids are in paths, and returns the ids. The key of an id is the noun before `{id}` (`studygroups` for
   * `/studygroups/{id}`), or the name of another placeholder.
   */
  make?(school: School, cast: Cast): Promise<Ids>;
  /** Bodies by route, for example `POST /api/v1/badges`. */
  bodies?(cast: Cast, ids: Ids): Record<string, unknown>;
}

/** The things of all modules that have such a file. */
export function findRouteThings(): RouteThings[] {
  const tests = path.join(__dirname, '..');
  return readdirSync(tests)
    .map((folder) => path.join(tests, folder, 'route-things.ts'))
    .filter((file) => existsSync(file))
    .map((file) => (require(file) as { routeThings: RouteThings }).routeThings);
}
