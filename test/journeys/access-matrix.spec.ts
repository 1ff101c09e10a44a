import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { findRouteThings } from '../support/route-fixtures';
import { int } from '../../src/platform/database/columns';
import type { ApiResponse, School } from '../support/school';
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
      answerKey: {
        q1: { answer: 0 },
        q2: { accepted: ['ochre'] },
        q3: { answer: 1, tolerance: 0 },
        q4: { blanks: { b1: ['madder'] } },
        q5: { colour: '#aa2211', tolerance: 1 },
        q6: { spots: [{ shape: 'point', x: 0.5, y: 0.5 }], tolerance: 0.1 },
        q7: { matches: { k1: 'c2', k2: 'c1' } },
        q8: { order: ['i4', 'i3', 'i2', 'i1'] },
      },
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
    'POST /api/v1/files': '?purpose=course-thumbnail',
    'GET /api/v1/users/lookup': `?username=${cast.otherStudent.username}`,
  };
  const query = queries[route.name] ?? '';
  const id = ids[route.name];
  return addressOf(route, { ...partsOf(route.template, things, cast), ...(id === undefined ? {} : { id }) }) + query;
}

class RolledBack extends Error {}

/** The run of a job would wait for SQLite's single writer, which the transaction around the request holds. */
const routesWithoutRollback = new Set(['POST /api/v1/operations/jobs/{name}/runs']);

interface Outcome {
  status: number;
  /** The number of entries of the audit log that the request left. */
  entries: number;
}

const countEntries = async ({ headers }: ApiResponse): Promise<number> => {
  const sql = 'SELECT count(*) AS count FROM platform_auditentry WHERE trace_id = $1';
  return (await school.database.row({ count: int }, sql, [headers['x-trace-id']]))!.count;
};

/** The status that this role gets. The transaction around the request is rolled back, so that every role meets the same data. */
async function outcomeFor(role: Role, route: Route): Promise<Outcome> {
  let outcome: Outcome = { status: 0, entries: 0 };
  const send = async (): Promise<void> => {
    const response = await cast[role].send(route.method, addressFor(route), bodyFor(route));
    outcome = { status: response.status, entries: await countEntries(response) };
  };
  if (routesWithoutRollback.has(route.name)) {
    await send();
    return outcome;
  }
  const request = school.database.transaction(async () => {
    await send();
    throw new RolledBack();
  });
  await expect(request).rejects.toThrow(RolledBack);
  return outcome;
}

type Outcomes = Record<Role, Outcome>;

async function matrix(routes: Route[]): Promise<Map<string, Outcomes>> {
  const rows = new Map<string, Outcomes>();
  for (const route of routes) {
    const row = {} as Outcomes;
    for (const role of roles) row[role] = await outcomeFor(role, route);
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

function table(routes: Route[], rows: Map<string, Outcomes>): string {
  const lines = routes.map(({ name, isPublic }) => {
    const statuses = roles.map((role) => rows.get(name)![role].status);
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

/** Changes that succeed and leave no entry, although a student may not make them, with the reason. */
const unrecorded: Record<string, string> = {
  'PUT /api/v1/users/{id}/activation by admin': 'the account is open already, so nothing changes',
  'DELETE /api/v1/pins/{id} by teacher': 'their own remark, which the student could read as well',
  'POST /api/v1/me/frequent-comments by admin': 'a note for oneself, which nobody else sees',
  'POST /api/v1/me/frequent-comments by teacher': 'the same',
};

/** What the staff has changed without an entry: requests that succeeded where a student is refused. */
function unrecordedChanges(routes: Route[], rows: Map<string, Outcomes>): string[] {
  const changing = routes.filter(({ method, name }) => method !== 'GET' && rows.get(name)!.student.status === 403);
  return changing.flatMap(({ name }) =>
    (['teacher', 'admin', 'apiKey'] as const)
      .filter((role) => rows.get(name)![role].status < 300 && rows.get(name)![role].entries === 0)
      .map((role) => `${name} by ${role}`),
  );
}

let rows: Map<string, Outcomes>;
let routes: Route[];
test('every route gives every role the status in the committed access matrix, and a new route needs a row', async () => {
  routes = routesOf(school.document);
  rows = await matrix(routes);
  for (const { name } of routes.filter(({ isPublic }) => !isPublic))
    expect([name, rows.get(name)!.visitor.status, rows.get(name)!.halfSignedIn.status]).toEqual([name, 401, 401]);
  const found = table(routes, rows);
  if (process.env.ACCESS_MATRIX === 'write') writeFileSync(file, found);
  expect(found.split('\n')).toEqual(readFileSync(file, 'utf8').split('\n'));
});

test('every change by the staff leaves an entry in the audit log, and a refused request leaves none', () => {
  expect(unrecordedChanges(routes, rows).sort()).toEqual(Object.keys(unrecorded).sort());
  for (const { name } of routes)
    for (const role of roles) {
      const { status, entries } = rows.get(name)![role];
      if (status === 403) expect([name, role, entries]).toEqual([name, role, 0]);
    }
});
