import 'reflect-metadata';
import type { INestApplicationContext } from '@nestjs/common';
import { servicesOf } from '../demo/services';
import { applicationOf } from '../src/app.module';
import { Config } from '../src/platform/config/config';
import { openContext } from '../src/platform/process/application-context';
import { median } from './report';
import { settings, type School } from './school';

const daysPerLearner = 5;
/** One learner of a hundred has missed the last two days, so the stored streak is too long. */
const shareOfChanged = 100;

/**
 * Compares the job that recomputes streaks with a bare statement for the same learners. The statement does less: it does not forgive a
 * missed day after a change of the time zone, and it locks all learners at once until it ends.
 */
export async function measureStreaks(school: School, learnerCount: number, rounds: number): Promise<void> {
  await addLearners(school, learnerCount);
  const environment = { ...settings, WORKER: 'off', LOG_LEVEL: 'error', DATABASE_URL: school.url };
  const context = await openContext(applicationOf(new Config(environment)));
  const runs = { job: () => runJob(context), statement: () => school.execute(school.url, bareSql) };
  const seconds: Record<keyof typeof runs, number[]> = { job: [], statement: [] };
  for (let round = 0; round <= rounds; round++) {
    for (const name of ['job', 'statement'] as const) {
      await makeStreaksTooLong(school);
      const startedMs = performance.now();
      await runs[name]();
      // The first round fills the caches of the database.
      if (round > 0) seconds[name].push((performance.now() - startedMs) / 1_000);
      await requireCorrectStreaks(school);
    }
  }
  await context.close();
  const [job, statement] = [median(seconds.job), median(seconds.statement)];
  console.log(`\n| ${learnerCount} learners, 1 % changed | seconds |\n| --- | ---: |`);
  console.log(
    `| the job progress:recompute-streaks | ${job.toFixed(2)} |\n| one statement | ${statement.toFixed(2)} |`,
  );
  console.log(`\nRatio: ${(job / statement).toFixed(2)}`);
}

async function runJob(context: INestApplicationContext): Promise<void> {
  const report = await servicesOf(context).jobs.run('progress:recompute-streaks');
  console.error(`job: ${JSON.stringify(report)}`);
}

/** Every learner was active on the last days until yesterday, and was checked after that. */
async function addLearners(school: School, count: number): Promise<void> {
  const newLearners = `users_user WHERE username LIKE 'learner%'`;
  const statements = [
    `INSERT INTO users_user (password, username, email, role, is_approved, date_joined, created_at, updated_at)
     SELECT '!', 'learner' || n, 'learner' || n || '@large.school.example', 'student', true, now(), now(), now()
     FROM generate_series(1, ${count}) n`,
    `INSERT INTO users_usersettings (user_id, privacy_settings, timezone, created_at, updated_at)
     SELECT id, '{}', (ARRAY['UTC', 'Europe/Rome', 'America/New_York', 'Asia/Kolkata', 'Asia/Tokyo'])[1 + id % 5], now(), now() FROM ${newLearners}`,
    `INSERT INTO progress_activityday (user_id, local_date, first_timezone, last_timezone)
     SELECT s.user_id, (now() AT TIME ZONE s.timezone)::date - 1 - n - CASE WHEN s.user_id % ${shareOfChanged} = 0 THEN 2 ELSE 0 END, s.timezone, s.timezone
     FROM users_usersettings s JOIN (SELECT id FROM ${newLearners}) u ON u.id = s.user_id, generate_series(0, ${daysPerLearner - 1}) n`,
    `INSERT INTO users_userprogress (user_id, streak_days, streak_run, last_activity_on, last_activity_timezone, last_activity_date,
       streak_checked_at, updated_at)
     SELECT d.user_id, ${daysPerLearner}, ${daysPerLearner}, max(d.local_date), s.timezone, max(d.local_date) + time '12:00', now(), now()
     FROM progress_activityday d JOIN users_usersettings s ON s.user_id = d.user_id JOIN (SELECT id FROM ${newLearners}) u ON u.id = d.user_id
     GROUP BY d.user_id, s.timezone`,
    'VACUUM ANALYZE',
  ];
  for (const sql of statements) await school.execute(school.url, sql);
}

async function makeStreaksTooLong(school: School): Promise<void> {
  await school.execute(
    school.url,
    `UPDATE users_userprogress p SET streak_days = ${daysPerLearner} FROM users_user u
     WHERE u.id = p.user_id AND u.username LIKE 'learner%' AND u.id % ${shareOfChanged} = 0`,
  );
  await school.execute(school.url, 'VACUUM ANALYZE users_userprogress');
}

async function requireCorrectStreaks(school: School): Promise<void> {
  const [row] = await school.execute(
    school.url,
    `SELECT count(*) AS wrong FROM users_userprogress p JOIN users_user u ON u.id = p.user_id
     WHERE u.username LIKE 'learner%' AND p.streak_days <> CASE WHEN u.id % ${shareOfChanged} = 0 THEN 0 ELSE ${daysPerLearner} END`,
  );
  if (Number(row!.wrong) > 0) throw new Error(`${String(row!.wrong)} streaks are wrong`);
}

/** What a person would write: the runs of consecutive dates of the learners whose streak can have changed. */
const bareSql = `WITH candidates AS (
    SELECT p.user_id, z.today FROM users_userprogress p JOIN users_usersettings s ON s.user_id = p.user_id
    JOIN (SELECT timezone, (now() AT TIME ZONE timezone)::date AS today FROM (SELECT DISTINCT timezone FROM users_usersettings) t) z
      ON z.timezone = s.timezone
    WHERE p.last_activity_date > p.streak_checked_at OR (p.last_activity_date IS NOT NULL AND p.streak_checked_at IS NULL)
      OR (p.streak_days > 0 AND p.last_activity_on < z.today - 1)
  ), days AS (
    SELECT d.user_id, d.local_date, d.local_date - (row_number() OVER (PARTITION BY d.user_id ORDER BY d.local_date))::int AS run_start
    FROM progress_activityday d JOIN candidates c ON c.user_id = d.user_id
  ), runs AS (
    SELECT DISTINCT ON (user_id) user_id, max(local_date) AS last_date, count(*) AS length FROM days
    GROUP BY user_id, run_start ORDER BY user_id, max(local_date) DESC
  )
  UPDATE users_userprogress p SET streak_run = r.length, last_activity_on = r.last_date, streak_checked_at = now(),
    streak_days = CASE WHEN r.last_date >= c.today - 1 THEN r.length ELSE 0 END
  FROM runs r JOIN candidates c ON c.user_id = r.user_id WHERE p.user_id = r.user_id`;
