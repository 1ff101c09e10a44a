import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { Client, School } from './school';

/** Everybody that a route is called by. `student` is enrolled in the course of `teacher`, `otherStudent` in none. */
export const roles = [
  'visitor',
  'student',
  'otherStudent',
  'teacher',
  'otherTeacher',
  'unapprovedTeacher',
  'admin',
] as const;
export type Role = (typeof roles)[number];
export type Cast = Record<Role, Client>;

export type Ids = Record<string, string | number>;

/**
 * What a module tells the tests that call every route: a file `test/<module>/route-things.ts` that exports one as
 * `routeThings`. It is needed only if the module's paths have ids, or if the document's example of a body does not fit.
 */
export interface RouteThings {
  /**
   * Makes the things that paths name. Keys are the noun before `{id}` (`studygroups` for `/studygroups/{id}`), or the name of
   * another placeholder.
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
