import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { School } from '../support/school';
import { answers, aSchoolAtWork, partsOf, roles, type Cast, type Role, type Things } from './cast';
import { addressOf, routesOf, type Route } from './routes';

/** Read the diff after `ACCESS_MATRIX=write npx jest --selectProjects postgres -- test/journeys/access-matrix`. */
const file = path.join(__dirname, 'access-matrix.md');

let school: School;
let cast: Cast;
let things: Things;
beforeAll(async () => {
  ({ school, cast, things } = await aSchoolAtWork());
});
afterAll(() => school.close());

/** A body that is good wherever the example of the document does not fit this school. */
function bodyFor({ name, bodyExample }: Route): unknown {
  const bodies: Record<string, unknown> = {
    'POST /api/v1/auth/login': { login: cast.student.username, password: 'not this one' },
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
  };
  return name in bodies ? bodies[name] : bodyExample;
}

/** Where another thing than the usual one shows more of who may. */
function addressFor(route: Route): string {
  const ids: Record<string, number> = {
    'PUT /api/v1/submissions/{id}/grade': things.pendingSubmission,
    'POST /api/v1/courses/{id}/enrollment': things.course,
  };
  const query = route.template.endsWith('/rewards/explain')
    ? `?objectType=courses.lesson&objectId=${things.lesson}`
    : '';
  const id = ids[route.name];
  return addressOf(route, { ...partsOf(route.template, things, cast), ...(id === undefined ? {} : { id }) }) + query;
}

class TakenBack extends Error {}

/** Its run would wait for the one writer of SQLite, which the transaction around the request holds. */
const ownTransactions = new Set(['POST /api/v1/operations/jobs/{name}/runs']);

/** The status one person gets. The transaction around it is rolled back: everybody asks the same school. */
async function statusFor(role: Role, route: Route): Promise<number> {
  let status = 0;
  if (ownTransactions.has(route.name))
    return (await cast[role].send(route.method, addressFor(route), bodyFor(route))).status;
  const asking = school.database.transaction(async () => {
    ({ status } = await cast[role].send(route.method, addressFor(route), bodyFor(route)));
    throw new TakenBack();
  });
  await expect(asking).rejects.toThrow(TakenBack);
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
  ...{ visitor: 'visitor', student: 'student', otherStudent: 'other student', teacher: 'teacher' },
  ...{ otherTeacher: 'other teacher', unapprovedTeacher: 'unapproved teacher', admin: 'admin' },
} satisfies Record<Role, string>;

function table(rows: Map<string, Record<Role, number>>): string {
  const lines = [...rows].map(([name, row]) => `| ${name} | ${roles.map((role) => row[role]).join(' | ')} |`);
  return [
    '# Who may ask what',
    '',
    'Written by `access-matrix.spec.ts`, which compares it with what the routes answer. The student is enrolled in the',
    "teacher's course; things in an address are the student's or the teacher's; a decision is about the unapproved teacher.",
    '',
    `| route | ${roles.map((role) => heading[role]).join(' | ')} |`,
    `|---|${roles.map(() => '---').join('|')}|`,
    ...lines,
    '',
  ].join('\n');
}

test('only these routes are open to visitors', () => {
  const open = routesOf(school.document).filter(({ isPublic }) => isPublic);
  expect(open.map(({ name }) => name)).toEqual([
    ...['POST /api/v1/auth/login', 'POST /api/v1/auth/refresh', 'POST /api/v1/auth/register'],
    ...['GET /api/v1/courses', 'GET /health/live', 'GET /health/ready', 'GET /metrics'],
  ]);
});

test('every route answers everybody as the committed matrix says; a new route needs its row', async () => {
  const routes = routesOf(school.document);
  const rows = await matrix(routes);
  for (const { name } of routes.filter(({ isPublic }) => !isPublic))
    expect([name, rows.get(name)!.visitor]).toEqual([name, 401]);
  const found = table(rows);
  if (process.env.ACCESS_MATRIX === 'write') writeFileSync(file, found);
  expect(found.split('\n')).toEqual(readFileSync(file, 'utf8').split('\n'));
});
