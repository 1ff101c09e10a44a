import { randomUUID } from 'node:crypto';
import jwt from 'jsonwebtoken';
import pg from 'pg';

export const secret = 'only for measurements, on this machine alone';

/** Opens a session for every student, and returns the requests that they can send. */
export async function openSessions(url, courseCount) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const students = await client.query("SELECT id FROM users_user WHERE role = 'student' ORDER BY id");
  const people = students.rows.map(({ id }) => ({ id: Number(id), sessionId: randomUUID() }));
  await client.query(
    `INSERT INTO users_session (id, user_id, secret_hash, created_at, rotated_at, expires_at)
     SELECT s, u, md5(s) || md5(s), now(), now(), now() + interval '1 day' FROM unnest($1::text[], $2::bigint[]) AS x (s, u)`,
    [people.map(({ sessionId }) => sessionId), people.map(({ id }) => id)],
  );
  // The same student never appears twice in a row, so that completions of different people run at the same time.
  const lessons = await client.query(
    `SELECT e.student_id AS student, l.id AS lesson FROM courses_courseenrollment e
     JOIN courses_lesson l ON l.course_id = e.course_id
     LEFT JOIN courses_lessoncompletion d ON d.lesson_id = l.id AND d.student_id = e.student_id
     WHERE d.id IS NULL ORDER BY row_number() OVER (PARTITION BY e.student_id ORDER BY l.id), e.student_id`,
  );
  await client.query('VACUUM ANALYZE');
  await client.end();
  const tokens = new Map(people.map((person) => [person.id, issueToken(person)]));
  return {
    reads: people.flatMap(({ id }, index) => readsOf(tokens.get(id), 1 + (index % courseCount))),
    completions: lessons.rows.map(({ student, lesson }) => completion(tokens.get(Number(student)), lesson)),
    transfer: (index) => transfer(people, tokens, index),
  };
}

/** An access token as the application issues it, but valid for a day, so that it does not expire during a run. */
const issueToken = ({ id, sessionId }) =>
  jwt.sign({ sid: sessionId }, secret, {
    ...{ subject: String(id), issuer: 'teoart', audience: 'teoart-api', expiresIn: '1d' },
    header: { alg: 'HS256', typ: 'at+jwt' },
  });

/** The reads of one person, which are the paths that are requested most often. */
const readsOf = (token, courseId) => [
  'GET /api/v1/courses -',
  ...[
    `/courses/${courseId}`,
    '/me/progress',
    '/me/coins/transactions',
    '/me/notifications?isRead=false',
    '/me/notifications/unread-count',
    '/leaderboard',
  ].map((path) => `GET /api/v1${path} ${token}`),
];

const completion = (token, lessonId) => `PUT /api/v1/lessons/${lessonId}/completion ${token} {"timeSpentMinutes":30}`;

/** Any fixed rule works that gives each sender many different recipients. */
function transfer(people, tokens, index) {
  const sender = people[index % people.length];
  const recipient = people[(index * 7 + 3) % people.length];
  const other = recipient === sender ? people[(index + 1) % people.length] : recipient;
  return `POST /api/v1/coins/transfers ${tokens.get(sender.id)} {"recipientId":${other.id},"amount":1}`;
}
