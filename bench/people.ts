import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { issueToken } from './token';

export interface Learner {
  id: number;
  token: string;
  /** The lessons of the student's courses that the student has not completed. */
  openLessonIds: number[];
}

export const secret = 'only for measurements, on this machine alone';

/** Opens a session for each student who has open lessons, up to `maxLearners` students, so that a run stays short. */
export async function signIn(databaseUrl: string, maxLearners: number): Promise<Learner[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ id: string; open: string[] }>(
    `SELECT u.id, array_agg(l.id ORDER BY l.id) AS open FROM users_user u
     JOIN courses_courseenrollment e ON e.student_id = u.id JOIN courses_lesson l ON l.course_id = e.course_id
     LEFT JOIN courses_lessoncompletion d ON d.lesson_id = l.id AND d.student_id = u.id
     WHERE u.role = 'student' AND d.id IS NULL GROUP BY u.id ORDER BY u.id LIMIT $1`,
    [maxLearners],
  );
  const learners = rows.map(({ id, open }) => ({
    id: Number(id),
    openLessonIds: open.map(Number),
    sessionId: randomUUID(),
  }));
  await client.query(
    `INSERT INTO users_session (id, user_id, secret_hash, created_at, rotated_at, expires_at)
     SELECT s, u, md5(s) || md5(s), now(), now(), now() + interval '1 day' FROM unnest($1::text[], $2::bigint[]) AS x (s, u)`,
    [learners.map(({ sessionId }) => sessionId), learners.map(({ id }) => id)],
  );
  await setTimezoneAtNoon(client);
  await client.end();
  return learners.map(({ id, openLessonIds, sessionId }) => ({
    id,
    openLessonIds,
    token: issueToken(secret, id, sessionId),
  }));
}

/** Sets a time zone in which it is noon, so that achievements for early or late hours do not depend on when the run starts. */
async function setTimezoneAtNoon(client: Client): Promise<void> {
  const offsetHours = 12 - new Date().getUTCHours();
  // The sign in these names is inverted: the time of Etc/GMT-5 is five hours ahead of UTC.
  const sign = offsetHours > 0 ? '-' : '+';
  const zone = offsetHours === 0 ? 'Etc/GMT' : `Etc/GMT${sign}${Math.abs(offsetHours)}`;
  await client.query('UPDATE users_usersettings SET timezone = $1', [zone]);
  await client.query('ANALYZE');
}
