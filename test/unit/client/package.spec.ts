import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from '../../support/build-once';
import { packClient, readmeBlocks } from '../../support/client-package';

/** A project with the packed client, as `npm install teoart-client-….tgz` leaves it. */
const project = mkdtempSync(path.join(tmpdir(), 'teoart-consumer-'));
const installed = path.join(project, 'node_modules/teoart-client');
beforeAll(() => {
  const tarball = packClient(project);
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', installed]);
}, 120_000);
afterAll(() => rmSync(project, { recursive: true }));

/** The strictest options, and no types but those of the language and of browsers. The declarations of the package are checked too. */
const compilerOptions = {
  ...{ target: 'es2022', lib: ['es2022', 'dom'], module: 'nodenext', types: [], noEmit: true },
  ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, skipLibCheck: false },
  ...{ noImplicitOverride: true, noPropertyAccessFromIndexSignature: true, verbatimModuleSyntax: true },
};

/** Each use that must compile, and each mistake that must not. */
const uses = `
import { createSchoolClient, type Course, type ProblemOf } from 'teoart-client';
const school = createSchoolClient();

export async function rename(course: Course, title: string): Promise<string> {
  const outcome = await school.updateCourse.try({ id: course.id, body: { title } }, { basedOn: course });
  return outcome.ok ? outcome.data.title : outcome.problem.code;
}

/** Without a default: a code that is missing here is an error of the compiler. */
export function explain(problem: ProblemOf<'listCourses'>): string {
  switch (problem.code) {
    case 'INVALID_CURSOR':
    case 'VALIDATION_FAILED':
    case 'RATE_LIMITED':
    case 'INTERNAL':
    case 'DATABASE_UNAVAILABLE':
    case 'REQUEST_TIMEOUT':
    case 'UNAUTHENTICATED':
    case 'API_KEY_NOT_ALLOWED':
    case 'SECOND_FACTOR_REQUIRED':
      return problem.traceId;
    case 'NO_RESPONSE':
      return problem.detail;
    case 'UNEXPECTED_RESPONSE':
      return String(problem.received);
  }
}

export async function mistakes(): Promise<void> {
  // @ts-expect-error The id is missing.
  await school.getCourse({});
  // @ts-expect-error There is no such level.
  await school.listCourses({ level: 'easy' });
  // @ts-expect-error Only an edit can be based on an object.
  await school.getMe({}, { basedOn: {} });
  // @ts-expect-error A list of people has no titles.
  for await (const { title } of school.listLeaders.all()) console.log(title);
  // @ts-expect-error With exactOptionalPropertyTypes, a member of a body is there or not.
  await school.updateMe({ body: { bio: undefined } });
  await school.listCourses({ level: undefined });
}
`;

it('the package has its code, its types, its README and no dependency', () => {
  expect(readdirSync(installed).sort()).toEqual(['README.md', 'dist', 'package.json']);
  const built = readdirSync(path.join(installed, 'dist'), { recursive: true, encoding: 'utf8' });
  expect(built.filter((name) => !/\.(js|d\.ts)$/.test(name))).toEqual(['generated']);
  const { dependencies, peerDependencies } = JSON.parse(readFileSync(path.join(installed, 'package.json'), 'utf8'));
  expect({ dependencies, peerDependencies }).toEqual({});
});

it('a strict project compiles with the package, and the README compiles in it', () => {
  const [program, ...parts] = [readmeBlocks('js').join('\n'), ...readmeBlocks('ts'), uses];
  writeFileSync(path.join(project, 'package.json'), '{ "type": "module" }');
  writeFileSync(path.join(project, 'readme.ts'), program);
  for (const [index, part] of parts.entries()) writeFileSync(path.join(project, `part${index}.ts`), part);
  writeFileSync(path.join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  const compiler = path.join(root, 'node_modules/typescript/bin/tsc');
  const { stdout } = spawnSync(process.execPath, [compiler, '-p', project], { encoding: 'utf8' });
  expect(stdout).toBe('');
}, 120_000);

it('Node loads the package with import and with require', () => {
  const run = (file: string, code: string): string => {
    writeFileSync(path.join(project, file), code);
    return execFileSync(process.execPath, [path.join(project, file)], { encoding: 'utf8' });
  };
  const use = 'console.log(typeof createSchoolClient({}).listCourses.all);';
  expect(run('use.mjs', `import { createSchoolClient } from 'teoart-client';\n${use}`)).toBe('function\n');
  expect(run('use.cjs', `const { createSchoolClient } = require('teoart-client');\n${use}`)).toBe('function\n');
});
