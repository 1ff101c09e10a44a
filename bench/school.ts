import { randomUUID } from 'node:crypto';
import { run } from './processes';
import { issueToken } from './token';

export type Engine = 'postgres' | 'sqlite';
export type Row = Record<string, unknown>;

/** A database with a large school. It is removed at the end. */
export interface School {
  readonly engine: Engine;
  readonly url: string;
  /** Copies the school as it is now, for another server. Nothing may be connected to it. @returns the URL of the copy */
  copy(name: string): Promise<string>;
  execute(url: string, sql: string): Promise<Row[]>;
  /** The processor time of the database's own processes so far, or null if it has none or they cannot be seen. */
  processorMs(): number | null;
  stop(): Promise<void>;
}

export interface Session {
  id: string;
  token: string;
}

export interface Learner {
  id: number;
  sessions: Session[];
  /** The lessons of the student's courses that the student has not completed. */
  openLessonIds: number[];
}

export const courseCount = 200;
export const secret = 'only for measurements, on this machine alone';
const maxLearners = 10_000;

/**
 * More sessions than requests in a round, so that a server rarely finds a session in its cache. A school has many people who
 * come back after a while.
 */
const minSessions = 10_000;
const dayMs = 86_400_000;

/** Settings of production. Only the rate limit is raised, since all requests come from one address and a few people. */
export const settings = {
  NODE_ENV: 'production',
  AUTH_SECRET: secret,
  METRICS_TOKEN: secret,
  PORT: '0',
  HOST: '127.0.0.1',
  RATE_LIMIT_PER_MINUTE: '100000000',
  DEMO_SCHOOL: 'off',
  TRUST_PROXY_HOPS: '0',
  PUBLIC_URL: 'https://school.test',
};

/** Opens a school in a temporary database, or in the empty database of BENCH_DATABASE_URL. */
export async function createSchool(engine: Engine, users: string): Promise<School> {
  const { PostgresSchool } = await import('./postgres-school.js');
  const { SqliteSchool } = await import('./sqlite-school.js');
  const school = engine === 'postgres' ? await PostgresSchool.open() : SqliteSchool.open();
  const seed = ['seed', '--users', users, '--courses', `${courseCount}`];
  console.log(await run('dist/src/cli.js', seed, { ...settings, DATABASE_URL: school.url }));
  return school;
}

/** Opens sessions for students who have open lessons, up to `maxLearners` students. */
export async function signIn(school: School): Promise<Learner[]> {
  const openLessons = await school.execute(
    school.url,
    `SELECT e.student_id AS "userId", l.id AS "lessonId" FROM courses_courseenrollment e
     JOIN courses_lesson l ON l.course_id = e.course_id
     LEFT JOIN courses_lessoncompletion d ON d.lesson_id = l.id AND d.student_id = e.student_id
     WHERE d.id IS NULL ORDER BY 1, 2`,
  );
  const lessonIds = new Map<number, number[]>();
  for (const { userId, lessonId } of openLessons) {
    const open = lessonIds.get(Number(userId));
    if (open) open.push(Number(lessonId));
    else if (lessonIds.size < maxLearners) lessonIds.set(Number(userId), [Number(lessonId)]);
  }
  const sessionsPerLearner = Math.ceil(minSessions / lessonIds.size);
  const learners = [...lessonIds].map(([id, openLessonIds]) => {
    const sessions = Array.from({ length: sessionsPerLearner }, () => createSession(id));
    return { id, openLessonIds, sessions };
  });
  await insertSessions(school, learners);
  await setTimezoneAtNoon(school);
  return learners;
}

function createSession(userId: number): Session {
  const id = randomUUID();
  return { id, token: issueToken(secret, userId, id) };
}

async function insertSessions(school: School, learners: readonly Learner[]): Promise<void> {
  const toText = (ms: number): string => new Date(ms).toISOString().replace('T', ' ').replace('Z', '');
  const [now, end] = [toText(Date.now()), toText(Date.now() + dayMs)];
  const rows = learners.flatMap(({ id, sessions }) =>
    sessions.map((session) => `('${session.id}', ${id}, '${session.id}', '${now}', '${now}', '${end}')`),
  );
  for (let from = 0; from < rows.length; from += 500)
    await school.execute(
      school.url,
      `INSERT INTO users_session (id, user_id, secret_hash, created_at, rotated_at, expires_at)
       VALUES ${rows.slice(from, from + 500).join(', ')}`,
    );
}

/** Sets a time zone in which it is noon, so that achievements for early or late hours do not depend on when the run starts. */
async function setTimezoneAtNoon(school: School): Promise<void> {
  const offsetHours = 12 - new Date().getUTCHours();
  // The sign in these names is inverted: the time of Etc/GMT-5 is five hours ahead of UTC.
  const sign = offsetHours > 0 ? '-' : '+';
  const zone = offsetHours === 0 ? 'Etc/GMT' : `Etc/GMT${sign}${Math.abs(offsetHours)}`;
  await school.execute(school.url, `UPDATE users_usersettings SET timezone = '${zone}'`);
  await school.execute(school.url, school.engine === 'postgres' ? 'VACUUM ANALYZE' : 'ANALYZE');
}
