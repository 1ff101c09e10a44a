import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { findRouteThings } from '../support/route-fixtures';
import type { School } from '../support/school';
import { answers, aSchoolAtWork, partsOf, roles, type Cast, type Role, type Things } from './cast';
import { addressOf, routesOf, type Route } from './routes';

/** `ACCESS_MATRIX=write npx jest --selectProjects postgres -- test/journeys/access-matrix` rewrites it. Read the diff. */
const file = path.join(__dirname, 'access-matrix.md');

let school: School;
let cast: Cast;
let things: Things;
beforeAll(async () => {
  ({ school, cast, things } = await aSchoolAtWork());
});
afterAll(() => school.close());

/** A valid body for the route: one that fits this school, or else the example of the document. */
function bodyFor({ name, bodyExample }: Route): unknown {
  const bodies: Record<string, unknown> = {
    'POST /api/v1/auth/login': { login: cast.student.username, password: 'not this one' },
    'PUT /api/v1/users/{id}/role': { role: 'teacher', reason: 'Gives a course' },
    'POST /api/v1/coins/transfers': { recipientId: cast.admin.id, amount: 1 },
    'POST /api/v1/coins/withdrawals': { walletId: things.wallet, amount: 10 },
    'POST /api/v1/me/wallets': things.signedMessage,
    'PUT /api/v1/courses/{id}/prerequisites': { courseIds: [] },
    'PUT /api/v1/courses/{id}/lesson-order': { lessonIds: [things.lastLesson, things.lesson] },
    'PATCH /api/v1/exercises/{id}': { attemptsAllowed: 5 },
    'PUT /api/v1/exercises/{id}/answer-key': {
      answerKey: { q1: { answer: 0 }, q2: { accepted: ['ochre'] }, q3: { answer: 1, tolerance: 0 } },
    },
    'POST /api/v1/exercises/{id}/submissions': { answers },
    'PATCH /api/v1/attempts/{id}': { answers },
    'POST /api/v1/attempts/{id}/submission': { answers },
    'POST /api/v1/rewards/manual': { userId: cast.student.id, amount: 1, reason: 'Well hung' },
    'POST /api/v1/rewards/bulk': { userIds: [cast.student.id], amount: 1, reason: 'Well hung' },
    'POST /api/v1/rewards/grants': { userIds: [cast.student.id], amount: 1, reason: 'Well hung' },
    'POST /api/v1/rewards/adjustments': { userId: cast.student.id, amount: 1, reason: 'Counted again' },
    'POST /api/v1/rewards/reversals': { transactionId: things.transaction, reason: 'Given in error' },
    'DELETE /api/v1/coins/hot-wallets/{address}/halt': { reason: 'Looked at' },
    'POST /api/v1/achievements': { userId: cast.student.id, achievementType: 'community_helper' },
    ...Object.assign({}, ...findRouteThings().map((module) => module.bodies?.(cast, things.ofModules))),
  };
  return name in bodies ? bodies[name] : bodyExample;
}

/** For some routes an object other than the usual one shows the differences between the roles better. */
function addressFor(route: Route): string {
  const ids: Record<string, number> = {
    'PUT /api/v1/submissions/{id}/grade': things.pendingSubmission,
    'POST /api/v1/courses/{id}/enrollment': things.course,
  };
  const queries: Record<string, string> = {
    'GET /api/v1/rewards/explain': `?objectType=courses.lesson&objectId=${things.lesson}`,
    'GET /api/v1/users/lookup': `?username=${cast.otherStudent.username}`,
  };
  const query = queries[route.name] ?? '';
  const id = ids[route.name];
  return addressOf(route, { ...partsOf(route.template, things, cast), ...(id === undefined ? {} : { id }) }) + query;
}

class RolledBack extends Error {}

/** The run of a job would wait for SQLite's single writer, which the transaction around the request holds. */
const routesWithoutRollback = new Set(['POST /api/v1/operations/jobs/{name}/runs']);

/** The status that this role gets. The transaction around the request is rolled back, so that every role meets the same data. */
async function statusFor(role: Role, route: Route): Promise<number> {
  let status = 0;
  if (routesWithoutRollback.has(route.name))
    return (await cast[role].send(route.method, addressFor(route), bodyFor(route))).status;
  const request = school.database.transaction(async () => {
    ({ status } = await cast[role].send(route.method, addressFor(route), bodyFor(route)));
    throw new RolledBack();
  });
  await expect(request).rejects.toThrow(RolledBack);
  return status;
}

async function matrix(routes: Route[]): Promise<Map<string, Record<Role, number>>> {
  const rows = new Map<string, Record<Role, number>>();
  for (const route of routes) {
    const row = {} as Record<Role, number>;
    for (const role of roles) row[role] = await statusFor(role, route);
    rows.set(route.name, row);
  }
  return rows;
}

const heading = {
  visitor: 'visitor',
  halfSignedIn: 'half signed in',
  student: 'student',
  otherStudent: 'other student',
  teacher: 'teacher',
  otherTeacher: 'other teacher',
  unapprovedTeacher: 'unapproved teacher',
  admin: 'admin',
  apiKey: 'API key',
} satisfies Record<Role, string>;

function table(routes: Route[], rows: Map<string, Record<Role, number>>): string {
  const lines = routes.map(({ name, isPublic }) => {
    const statuses = roles.map((role) => rows.get(name)![role]);
    return `| ${[name, isPublic ? 'public' : '', ...statuses].join(' | ')} |`;
  });
  return [
    '# Access matrix',
    '',
    'Written by `access-matrix.spec.ts`, which compares it with the statuses of the routes. The student is enrolled in the',
    "teacher's course. Ids in a path name objects of the student or the teacher. A decision is about the unapproved teacher.",
    'A route that is public needs no sign-in; every other route refuses a visitor with 401, and an',
    'administrator who has proved only the password (half signed in). The API key belongs to an administrator and has every scope.',
    '',
    `| route | sign-in | ${roles.map((role) => heading[role]).join(' | ')} |`,
    `|---|---|${roles.map(() => '---').join('|')}|`,
    ...lines,
    '',
  ].join('\n');
}

test('every route gives every role the status in the committed access matrix, and a new route needs a row', async () => {
  const routes = routesOf(school.document);
  const rows = await matrix(routes);
  for (const { name } of routes.filter(({ isPublic }) => !isPublic))
    expect([name, rows.get(name)!.visitor, rows.get(name)!.halfSignedIn]).toEqual([name, 401, 401]);
  const found = table(routes, rows);
  if (process.env.ACCESS_MATRIX === 'write') writeFileSync(file, found);
  expect(found.split('\n')).toEqual(readFileSync(file, 'utf8').split('\n'));
});
