import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { root } from '../support/build-once';
import { aPublishedCourse } from '../support/courses';
import { ListeningSchool } from './client-fixtures';

/** Other teams generate their clients with @hey-api/openapi-ts. */
const generator = path.join(root, 'node_modules/@hey-api/openapi-ts/bin/run.js');

const journey = `
import { getMe, listCourses, register, transferCoins } from './generated';
import { createClient, createConfig } from './generated/client';

const client = createClient(createConfig({ baseUrl: process.argv[2] ?? '' }));
const body = { username: 'carla', email: 'carla@school.test', password: 'boats in the early fog', role: 'student' } as const;
async function play(): Promise<void> {
  const { data: signedIn } = await register({ client, body });
  if (!signedIn) throw new Error('not registered');
  const auth = signedIn.accessToken;
  const { data: me } = await getMe({ client, auth });
  const { data: courses } = await listCourses({ client, query: { limit: 1 } });
  const headers = { 'Idempotency-Key': 'one' };
  const { error } = await transferCoins({ client, auth, headers, body: { recipientId: signedIn.user.id, amount: 1 } });
  console.log(me?.username, courses?.data[0]?.title, error?.code);
}
void play();
`;

const compilerOptions = {
  ...{ target: 'es2022', lib: ['es2022', 'dom', 'dom.iterable'], module: 'commonjs', moduleResolution: 'bundler' },
  ...{ strict: true, exactOptionalPropertyTypes: true, skipLibCheck: true, outDir: 'built', rootDir: '.' },
  ...{ types: ['node'], typeRoots: [path.join(root, 'node_modules/@types')] },
};

it('a client of @hey-api/openapi-ts compiles in strict mode and plays a journey', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'teoart-hey-api-'));
  const run = (script: string, ...args: string[]): string =>
    spawnSync(process.execPath, [script, ...args], { cwd: folder, encoding: 'utf8' }).stdout;
  run(generator, '-i', path.join(root, 'openapi.json'), '-o', 'generated', '--no-log-file');
  writeFileSync(path.join(folder, 'journey.ts'), journey);
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['journey.ts'] }));
  const errors = run(path.join(root, 'node_modules/typescript/bin/tsc'), '-p', folder);
  // Its run time, which does not depend on our document, has errors with exactOptionalPropertyTypes in all versions until 0.99.
  const places = errors
    .split('\n')
    .filter((line) => /^\w.*error TS/.test(line) && !/^generated\/(client|core)\//.test(line));
  expect(places).toEqual([]);
  expect(readFileSync(path.join(folder, 'generated/sdk.gen.ts'), 'utf8')).toContain('export const listCourses');
  const listening = await ListeningSchool.open();
  await aPublishedCourse(listening.school, (await listening.school.teacher()).id, { title: 'Ochre' });
  const { stdout } = await promisify(execFile)(process.execPath, [
    path.join(folder, 'built/journey.js'),
    listening.url,
  ]);
  expect(stdout).toBe('carla Ochre TRANSFER_TO_ONESELF\n');
  await listening.close();
  rmSync(folder, { recursive: true });
}, 300_000);
