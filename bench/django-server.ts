import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { hotPaths } from './paths';
import { portOf, runCommand, startCommand } from './processes';
import type { PostgresSchool } from './postgres-school';
import type { Learner, School } from './school';
import type { Server } from './servers';

const python = '/usr/bin/python3';
const script = 'bench/django/school_wsgi.py';

/** The reason why Django cannot be measured, or null. */
export function whyNoDjango(school: School): string | null {
  // Django 3.2 answers a quarter of the writes with 500 on SQLite, because it does not begin with a lock.
  if (school.engine !== 'postgres') return 'Django is measured on PostgreSQL only';
  const hasPackages = spawnSync(python, ['-c', 'import django, psycopg2']).status === 0;
  if (!hasPackages) return 'python3-django or python3-psycopg2 is not installed';
  return spawnSync('gunicorn', ['--version']).status === 0 ? null : 'gunicorn is not installed';
}

/** Starts gunicorn with one worker for each processor, which served most requests when it was tried. */
export async function startDjango(school: PostgresSchool, learners: Learner[]): Promise<Server> {
  const databaseUrl = await school.createEmpty('bench_django');
  const environment = { DATABASE_URL: databaseUrl, PYTHONDONTWRITEBYTECODE: '1' };
  await runCommand(python, [script, 'prepare', school.url], environment);
  const command = `exec gunicorn --chdir bench/django --workers ${cpus().length} --bind 127.0.0.1:0 school_wsgi:application 2>&1`;
  // gunicorn writes its address to standard error.
  const process = await startCommand('sh', ['-c', command], environment, 'Listening at');
  return {
    name: 'Django',
    kind: 'django',
    databaseUrl,
    process,
    port: portOf(process),
    paths: hotPaths(learners, ({ id }) => id),
  };
}
