import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

const folder = path.join(__dirname, '../../docker');
const compose = readFileSync(path.join(folder, 'compose.yaml'), 'utf8');
const dockerfile = readFileSync(path.join(folder, 'Dockerfile'), 'utf8');

/** The text of each service in the file: its name is indented by two spaces. */
const services = Object.fromEntries(
  [
    ...compose
      .split(/^volumes:/m)[0]!
      .split(/^services:$/m)[1]!
      .matchAll(/^ {2}(\w+):\n((?: {4}.*\n)+)/gm),
  ].map(([, name, text]) => [name!, text!]),
);

test('the compose file has the services database, api and worker', () => {
  expect(Object.keys(services)).toEqual(['database', 'api', 'worker']);
});

test.each(['database', 'api', 'worker'])(
  'the service %s runs without capabilities, with limits and with a read-only file system',
  (name) => {
    const service = services[name]!;
    for (const property of [
      /^ {4}cap_drop: \[ALL\]$/m,
      /^ {4}mem_limit: \d+g$/m,
      /^ {4}pids_limit: \d+$/m,
      /^ {4}read_only: true$/m,
      /^ {4}security_opt: \['no-new-privileges:true'\]$/m,
      /^ {4}tmpfs: \[\/tmp/m,
    ])
      expect(service).toMatch(property);
  },
);

test('the compose file publishes only the port of the API, on 127.0.0.1', () => {
  expect([...compose.matchAll(/^ +ports: .*$/gm)].map(([line]) => line.trim())).toEqual([
    "ports: ['127.0.0.1:3000:3000']",
  ]);
});

test('the compose file sets TRUST_PROXY_HOPS and requires PUBLIC_URL', () => {
  expect(services.api).toMatch(/TRUST_PROXY_HOPS: \$\{TRUST_PROXY_HOPS:-1\}/);
  expect(services.api).toMatch(/PUBLIC_URL: \$\{PUBLIC_URL:\?/);
  expect(services.worker).toContain('<<: *settings');
});

test('the application connects with the role for rows, and with the owner role for migrations', () => {
  expect(services.api).toContain('DATABASE_URL_FILE: /run/secrets/database-url');
  expect(services.api).toContain('DATABASE_DIRECT_URL_FILE: /run/secrets/database-owner-url');
  expect(compose).not.toMatch(/POSTGRES_USER/);
  expect(statSync(path.join(folder, 'roles.sh')).mode & 0o111).not.toBe(0);
});

test('the worker has a folder for backups and the pg_dump of the same version as the database', () => {
  expect(services.worker).toContain('BACKUP_FOLDER: /app/backups');
  expect(services.worker).toContain("volumes: ['backups:/app/backups', 'files:/app/files']");
  expect(services.api).toContain("volumes: ['files:/app/files']");
  const server = /postgres:(\d+)\./.exec(services.database!)![1];
  expect(dockerfile).toContain(`postgresql-client-${server}`);
});

test('the image is built with files of this repository, and with no tool that is not installed', () => {
  const copied = [...dockerfile.matchAll(/^COPY (?!--)(.+) \S+$/gm)].flatMap(([, names]) => names!.split(' '));
  const [, script] = /^RUN node (\S+)/m.exec(dockerfile)!;
  expect(copied).toContain(script!.split('/')[0]);
  for (const name of [...copied, script!])
    expect([name, existsSync(path.join(folder, '..', name))]).toEqual([name, true]);
  expect(dockerfile).not.toMatch(/npx/);
});

test('every image of the compose file and the Dockerfile has an exact version', () => {
  const images = [...`${compose}\n${dockerfile}`.matchAll(/^(?: +image:|FROM) (\S+)/gm)].map(([, image]) => image);
  expect(images).toHaveLength(3);
  for (const image of images) expect(image).toMatch(/^\w+:\d+\.\d+(?:\.\d+)?-[\w-]+(?:@sha256:[0-9a-f]{64})?$/);
});

test('every secret that a service uses is defined in the compose file', () => {
  const named = new Set([...compose.matchAll(/\/run\/secrets\/([\w-]+)/g)].map(([, name]) => name!));
  for (const name of named) expect(compose).toMatch(new RegExp(`^  ${name}: \\{ file: `, 'm'));
});
