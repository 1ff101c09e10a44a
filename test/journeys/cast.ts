import { apiScopes } from '../../src/platform/auth/api-scopes';
import { int } from '../../src/platform/database/columns';
import { newHash, newAddress, DatabaseFixture, treasury } from '../chain/database-fixture';
import { createWallet, newKey, schoolOnChain, signNewChallenge } from '../chain/unreachable-chain';
import { findRouteThings, roles, type Cast, type Ids, type Role } from '../support/route-fixtures';
import { Client, type School } from '../support/school';
import { beginSignIn, registerWithFactor } from '../users/factor-fixtures';

type Body = Record<string, unknown>;

export { roles, type Cast, type Role };

/** The ids of the objects in the school. */
export interface Things {
  course: number;
  /** A course of `teacher` that is not published. */
  draft: number;
  lesson: number;
  /** A lesson that no student has completed. */
  lastLesson: number;
  /** A quiz that `student` has handed in and that was graded. */
  quiz: number;
  /** An assignment that `student` has handed in and that is not graded yet. */
  assignment: number;
  /** A quiz that `student` has begun and not handed in. */
  timedQuiz: number;
  attempt: number;
  gradedSubmission: number;
  pendingSubmission: number;
  notification: number;
  announcement: number;
  enrollment: number;
  transfer: number;
  session: string;
  /** A passkey of `student`. */
  passkey: number;
  /** An API key of `admin`. */
  apiKey: number;
  /** Coins that an administrator gave to `student`. */
  transaction: number;
  /** The operation of this transaction. */
  operation: string;
  /** A grant for `student` that another administrator than `admin` requested. */
  grant: number;
  /** A wallet of `student` after its cool-down, with a pending withdrawal to it. */
  wallet: number;
  withdrawal: number;
  /** A run of `platform:expire-job-runs`, and an event without a handler. */
  run: number;
  event: number;
  /** A payment from the treasury that nobody ordered, booked as a loss. */
  payout: number;
  /** A message that links another wallet to `student`. It is signed but not sent yet. */
  signedMessage: { message: string; signature: string };
  /** What other modules have made for their routes. */
  ofModules: Ids;
}

const valuesOfKeys = [
  'zinnober-secret',
  'malachit-secret',
  '7654\\.321',
  '0\\.0424242',
  'krapplack-secret',
  '#e34234',
  '0\\.3141592',
  '"k1":"c1"',
  '"i1","i2","i3","i4"',
];
const namesInKeys = ['answerKey', 'answer_key', 'accepted', 'tolerance', '"spots"', '"bands"', '"matches"', '"colour"'];

/** Texts and numbers that occur in answer keys and nowhere else, with the names of the members that hold them. */
export const keyMarks = new RegExp([...valuesOfKeys, ...namesInKeys].join('|'), 'i');

/** The values only, without the names. */
export const keyValues = new RegExp(valuesOfKeys.join('|'), 'i');

const options = (...ids: string[]) => ids.map((id) => ({ id, text: `Text of ${id}` }));
const picture = { url: 'https://images.example.org/a.jpg', width: 900, height: 600, description: 'A still life' };

const quizBody = (more: Body = {}): Body => ({
  title: 'Know your pigments',
  exerciseType: 'quiz',
  // A student who passes must not see the right answers, so that the walk over all routes finds no key after grading either.
  revealResults: 'after_closing',
  content: {
    questions: [
      { id: 'q1', kind: 'single', text: 'Which is warm?', points: 20, options: ['Ultramarine', 'Ochre'] },
      { id: 'q2', kind: 'short_answer', text: 'Which red did the Romans mine?', points: 20 },
      { id: 'q3', kind: 'numeric', text: 'How many grams?', points: 2 },
      { id: 'q4', kind: 'fill_blanks', text: 'A red lake: {{b1}}.', points: 1, blanks: ['b1'] },
      { id: 'q5', kind: 'colour_match', text: 'Mix vermilion.', points: 1 },
      { id: 'q6', kind: 'image_hotspot', text: 'Where is the light?', points: 1, picture, spotCount: 1 },
      {
        id: 'q7',
        kind: 'matching',
        text: 'Who made it?',
        points: 1,
        prompts: options('k1', 'k2'),
        choices: options('c1', 'c2'),
      },
      { id: 'q8', kind: 'ordering', text: 'In which order?', points: 1, items: options('i1', 'i2', 'i3', 'i4') },
    ],
  },
  answerKey: {
    q1: { answer: 1 },
    q2: { accepted: ['cinnabar', 'zinnober-secret', 'malachit-secret'] },
    q3: { answer: 7654.321, tolerance: 0.042_424_2 },
    q4: { blanks: { b1: ['krapplack-secret'] } },
    q5: { colour: '#e34234', tolerance: 2, bands: [{ tolerance: 4, percent: 50 }] },
    q6: { spots: [{ shape: 'point', x: 0.314_159_2, y: 0.5 }], tolerance: 0.1 },
    q7: { matches: { k1: 'c1', k2: 'c2' } },
    q8: { order: ['i1', 'i2', 'i3', 'i4'] },
  },
  ...more,
});

/** Two of the three answers are right; the number is wrong. */
export const answers = { q1: 1, q2: 'Cinnabar', q3: 7 };

/** A school with objects of every kind, created over its own API. Its chain is configured but never called. */
export async function aSchoolAtWork(): Promise<{ school: School; cast: Cast; things: Things }> {
  const school = await schoolOnChain({ WALLET_COOLDOWN_MINUTES: '0' });
  const cast: Cast = {
    visitor: school.visitor,
    halfSignedIn: await aHalfSignedInPerson(school),
    student: await school.student(),
    otherStudent: await school.student(),
    teacher: await school.teacher(),
    otherTeacher: await school.teacher(),
    unapprovedTeacher: await school.teacher({ approved: false }),
    admin: await school.admin(),
    apiKey: await aMachine(school),
  };
  const taught = await aCourseOf(cast.teacher);
  const keyBody = { name: 'Timetable', scopes: ['courses:read'], lifetimeDays: 1 };
  const apiKey = await create(cast.admin, '/me/api-keys', keyBody);
  const learnt = await aStudentAtWork(school, cast, taught);
  const operations = await runOperations(school, cast);
  const onChain = await aStudentOnChain(school, cast);
  const ofModules: Ids = {};
  for (const module of findRouteThings()) Object.assign(ofModules, await module.make?.(school, cast));
  return { school, cast, things: { ...taught, ...learnt, ...operations, ...onChain, apiKey, ofModules } };
}

/** An administrator has every right, so that a route that took the challenge for a token would answer. */
async function aHalfSignedInPerson(school: School): Promise<Client> {
  const person = await registerWithFactor(school);
  await school.database.transaction(() =>
    school.database.run("UPDATE users_user SET role = 'admin' WHERE id = $1", [person.id]),
  );
  return new Client(school, await beginSignIn(school, person.username), person.id, person.username);
}

async function aMachine(school: School): Promise<Client> {
  const admin = await school.admin();
  const body = { name: 'Machine', scopes: apiScopes, lifetimeDays: 1 };
  const { key } = await done(admin.post('/me/api-keys', body));
  const machine = new Client(school, key, admin.id, admin.username);
  // The first use of a key writes its row, which a refused request must not change.
  await done(machine.get('/courses'));
  return machine;
}

async function runOperations(school: School, { admin, student }: Cast) {
  await school.job('platform:expire-job-runs');
  const runs = await done(admin.get('/operations/jobs/platform:expire-job-runs/runs'));
  await school.database.transaction(() =>
    school.database.run(
      `INSERT INTO platform_outbox (handler, event_type, payload, created_at, due_at, attempts, dead_at)
       VALUES ('Removed', 'test.removed.v1', $1, $2, $2, 12, $2)`,
      [{}, school.clock.now()],
    ),
  );
  const [{ id: event }] = (await done(admin.get('/operations/outbox?status=dead'))).data;
  const passkey = await school.database.transaction(() =>
    school.database.row(
      { id: int },
      `INSERT INTO users_passkey (user_id, credential_id, public_key, name, created_at)
       VALUES ($1, 'AQIDBA', '', 'Phone', $2) RETURNING id`,
      [student.id, school.clock.now()],
    ),
  );
  return { run: runs.data[0].id as number, event: event as number, passkey: passkey!.id };
}

async function aCourseOf(teacher: Client) {
  const course = { title: 'Pigments', description: 'Earths and ores.', category: 'painting', level: 'beginner' };
  const lesson = { content: 'Grind, then bind.', lessonType: 'theory' };
  const id = await create(teacher, '/courses', course);
  const first = await create(teacher, `/courses/${id}/lessons`, { ...lesson, title: 'Earths' });
  const lastLesson = await create(teacher, `/courses/${id}/lessons`, { ...lesson, title: 'Ores' });
  const work = { title: 'Paint a lemon', exerciseType: 'assignment', content: { prompt: 'Paint a lemon.' } };
  const quiz = await create(teacher, `/lessons/${first}/exercises`, quizBody());
  const assignment = await create(teacher, `/lessons/${first}/exercises`, work);
  const timedQuiz = await create(teacher, `/lessons/${first}/exercises`, quizBody({ timeLimitMinutes: 60 }));
  await done(teacher.put(`/courses/${id}/publication`));
  const draft = await create(teacher, '/courses', { ...course, title: 'Not yet' });
  return { course: id, draft, lesson: first, lastLesson, quiz, assignment, timedQuiz };
}

async function aStudentAtWork(school: School, { student, otherStudent, admin }: Cast, taught: Record<string, number>) {
  const enrollment = await create(student, `/courses/${taught.course}/enrollment`);
  await done(student.put(`/lessons/${taught.lesson}/completion`, { timeSpentMinutes: 20 }));
  const graded = await create(student, `/exercises/${taught.quiz}/submissions`, { answers });
  const pending = await create(student, `/exercises/${taught.assignment}/submissions`, { work: { text: 'Yellow.' } });
  const attempt = await create(student, `/exercises/${taught.timedQuiz}/attempts`);
  const gift = await done(admin.post('/rewards/manual', { userId: student.id, amount: 100, reason: 'First prize' }));
  const gifts = { userIds: [student.id], amount: 5, reason: 'Ten years' };
  const grant = await create(await school.admin(), '/rewards/grants', gifts);
  const { id: transfer } = await done(student.post('/coins/transfers', { recipientId: otherStudent.id, amount: 5 }));
  const news = { title: 'Open day', message: 'Everybody is welcome.', audience: 'students' };
  const announcement = await create(admin, '/notifications/announcements', news);
  await school.settle();
  const [notification] = (await done(student.get('/me/notifications'))).data;
  const [session] = (await done(student.get('/me/sessions'))).data;
  return {
    gradedSubmission: graded,
    pendingSubmission: pending,
    attempt,
    transaction: gift.transactions[0].id,
    notification: notification.id,
    operation: gift.operationId,
    announcement,
    enrollment,
    transfer,
    session: session.id,
    grant,
  };
}

async function aStudentOnChain(school: School, { student, admin }: Cast) {
  const key = newKey();
  const chain = await DatabaseFixture.of(school);
  await chain.createDeposit(25n * 10n ** 18n, null, key.address.toLowerCase());
  await chain.createPayout(newHash(), newAddress(), 7);
  const payout = Number(await chain.readValue('SELECT max(id) AS value FROM rewards_payout'));
  // The payment is booked so that the audit of this school finds no violation.
  await done(admin.put(`/coins/chain/payouts/${payout}/booking`, { reason: 'The key was lent' }));
  const wallet = await createWallet(student, key);
  const withdrawal = await create(student, '/coins/withdrawals', { walletId: wallet, amount: 10 });
  return { wallet, withdrawal, payout, signedMessage: await signNewChallenge(student, newKey()) };
}

/** Creates an object and returns its id. */
async function create(person: Client, path: string, body?: Body): Promise<number> {
  return (await done(person.post(path, body))).id;
}

/** Returns the body of a response. An error status fails the test. */
export async function done(request: ReturnType<Client['get']>): Promise<any> {
  const { status, body } = await request;
  if (status > 299) throw new Error(`The request failed: ${status} ${JSON.stringify(body)}`);
  return body;
}

/** The id of the object that a path needs, found by the noun before `{id}`. */
export function idFor(template: string, things: Things, cast: Cast): string | number {
  const noun = /\/([a-z-]+)\/\{id\}/.exec(template)?.[1];
  const ids: Record<string, string | number> = {
    courses: things.course,
    lessons: things.lesson,
    exercises: things.quiz,
    attempts: things.attempt,
    submissions: things.gradedSubmission,
    notifications: things.notification,
    announcements: things.announcement,
    enrollments: things.enrollment,
    transactions: things.transaction,
    transfers: things.transfer,
    sessions: things.session,
    passkeys: things.passkey,
    'api-keys': things.apiKey,
    runs: things.run,
    outbox: things.event,
    payouts: things.payout,
    grants: things.grant,
    wallets: things.wallet,
    withdrawals: things.withdrawal,
    blocks: cast.otherTeacher.id,
    users: cast.student.id,
    teachers: cast.unapprovedTeacher.id,
    ...things.ofModules,
  };
  if (noun === undefined || ids[noun] === undefined)
    throw new Error(`No test makes a thing for ${template}. Add it in test/<module>/route-things.ts`);
  return ids[noun];
}

/** The values of all parameters in a path, by their names. */
export function partsOf(template: string, things: Things, cast: Cast): Record<string, string | number> {
  return {
    ...things.ofModules,
    ...(template.includes('{id}') ? { id: idFor(template, things, cast) } : {}),
    ...(template.includes('{operationId}') ? { operationId: things.operation } : {}),
    ...(template.includes('{address}') ? { address: treasury } : {}),
  };
}
