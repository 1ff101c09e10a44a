import { spawnSync } from 'node:child_process';
import { Logger } from '@nestjs/common';
import { pino } from 'pino';
import { createAdapter } from '../../../src/platform/http/server/adapter';
import { logOptions, NestLog } from '../../../src/platform/http/server/log';
import { errorText } from '../../../src/platform/errors/loggable-error';
import { buildOnce, root } from '../../support/build-once';
import { School } from '../../support/school';

const lines: Record<string, any>[] = [];
const logger = () => pino({ ...logOptions, level: 'trace' }, { write: (line) => void lines.push(JSON.parse(line)) });
beforeEach(() => void (lines.length = 0));

describe("an Error stays an Error in each call of Nest's logger", () => {
  const cause = new Error('the disk is full');
  const error = Object.assign(new TypeError('no paint', { cause }), { code: 'E_PAINT' });
  const said = { type: 'TypeError', message: 'no paint', code: 'E_PAINT', cause: { message: 'the disk is full' } };
  beforeEach(() => Logger.overrideLogger(new NestLog(logger())));
  afterAll(() => Logger.overrideLogger(false));

  test.each(['log', 'debug', 'verbose', 'warn', 'error', 'fatal'] as const)(
    'Logger.%s(message, error) logs the error with its stack',
    (level) => {
      new Logger('Jobs')[level]('Job failed', error);
      expect(lines).toMatchObject([{ context: 'Jobs', msg: 'Job failed', err: said }]);
      expect(lines[0]!.err.stack).toMatch(/^TypeError: no paint\n\s+at /);
    },
  );

  test.each(['log', 'warn', 'error', 'fatal'] as const)('Logger.%s(error) logs the error with its message', (level) => {
    new Logger('Jobs')[level](error);
    expect(lines).toMatchObject([{ context: 'Jobs', msg: 'TypeError: no paint', err: said }]);
  });

  test('a thrown value that is no Error is logged too', () => {
    for (const thrown of ['a word', 7, { code: 'SQLITE_CORRUPT' }])
      new Logger('Jobs').warn('Lease not renewed', thrown);
    expect(JSON.stringify(lines[0])).toContain('a word');
    expect(lines.slice(1)).toMatchObject([{ err: { message: '7' } }, { err: { code: 'SQLITE_CORRUPT' } }]);
  });

  test('several errors are all logged, and a stack that Nest passes as text keeps its frames', () => {
    new Logger('Jobs').error('Two failed', error, cause);
    new Logger('Jobs').error('It failed', `Error: secret\n    at place (file.js:1:2)`);
    expect(lines[0]).toMatchObject({ err: said, errors: [{ message: 'the disk is full' }] });
    expect(lines[1]).toMatchObject({ msg: 'It failed', stack: expect.stringMatching(/^\s+at place/) });
  });
});

describe('a failed statement is logged without its values', () => {
  let school: School;
  let failed: any;
  const values = ['$argon2id$planted-hash', 'planted@school.test', 'planted-name'];
  beforeAll(async () => {
    school = await School.open();
    const person = await school.student();
    failed = await school.database
      .transaction(() =>
        school.database
          .repository('User')
          .insert({ id: person.id, username: values[2]!, email: values[1]!, password: values[0]! }),
      )
      .catch((error: unknown) => error);
  });
  afterAll(() => school.close());
  const expectNoValue = (): void => {
    const text = JSON.stringify(lines);
    for (const value of values) expect(text).not.toContain(value);
    expect(text).not.toMatch(/parameters|"detail"|"query"/);
  };

  /** SQLite quotes names only: what PostgreSQL says of a value is written down for it. */
  const quotes = async (value: string): Promise<Error> => {
    const { database } = school;
    if (database.dialect.engine === 'sqlite')
      return Object.assign(new Error(`invalid input syntax for type integer: "${value}"`), { code: '22P02' });
    return database
      .transaction(() => database.run('SELECT CAST($1 AS int)', [value]))
      .then(
        () => new Error('It was taken'),
        (thrown: Error) => thrown,
      );
  };

  test('the error of the driver contains the values of the statement', () => {
    expect(JSON.stringify(failed.parameters)).toContain('planted');
  });

  test.each([
    ['the error alone', (log: any) => log.error(failed)],
    ['under err', (log: any) => log.error({ err: failed }, 'It failed')],
    ['under err without a message', (log: any) => log.error({ err: failed })],
    [
      'under another name',
      (log: any) => log.warn({ problem: failed, reason: new Error('x', { cause: failed }) }, 'It'),
    ],
    ['as a cause', (log: any) => log.error(new Error('outer', { cause: failed }))],
    ['in the format arguments', (log: any) => log.error('It failed: %s %o', failed, failed)],
    ['by a child logger', (log: any) => log.child({ traceId: 'a' }).error({ err: failed }, failed.message)],
  ])('pino logs a failed statement without its values: %s', (_, write) => {
    write(logger());
    expect(lines).toHaveLength(1);
    expectNoValue();
  });

  test("Nest's and Fastify's loggers log a failed statement without its values", async () => {
    new NestLog(logger()).error(failed, 'Jobs');
    new NestLog(logger()).warn('It failed', failed, 'Jobs');
    const server = createAdapter({ trustProxyHops: 0, logLevel: 'info', isHttps: false }, logger()).getInstance();
    server.get('/', (request) => {
      request.log.error({ err: failed }, failed.message);
      return 'ok';
    });
    await server.inject({ url: '/' });
    await server.close();
    expect(lines.length).toBeGreaterThanOrEqual(3);
    expectNoValue();
    expect(lines.at(-1)).toMatchObject({ err: { type: 'QueryFailedError', code: expect.any(String) } });
  });

  test('errorText, which job runs store, describes a failed statement without its values', () => {
    expect(errorText(failed)).toMatch(/^QueryFailedError: [\s\S]*\n\s+at /);
    for (const value of values) expect(errorText(failed)).not.toContain(value);
  });

  test('a value that the engine quotes in its message is cut out', async () => {
    const quoting = await quotes(values[2]!);
    expect(quoting.message).toContain(values[2]);
    logger().error(quoting);
    expectNoValue();
    let parse: unknown;
    try {
      JSON.parse(`{"password": ${values[2]}`);
    } catch (thrown) {
      parse = thrown;
    }
    logger().error(parse);
    expectNoValue();
    expect(lines.at(-1)!.err.message).toBe('Not valid JSON');
  });
});

test('an uncaught error ends the process with one log line that omits the fields of the error', async () => {
  await buildOnce();
  const script = `require('./dist/src/platform/process/uncaught-errors').logUncaughtErrors(require('./dist/src/platform/http/server/log').createLogger('info'));
    Promise.reject(Object.assign(new Error('lost'), { parameters: ['planted-value'] }))`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', script], { cwd: root, encoding: 'utf8' });
  expect([status, stderr]).toEqual([1, '']);
  expect(JSON.parse(stdout)).toMatchObject({ level: 'fatal', err: { type: 'Error', message: 'lost' } });
  expect(stdout).not.toContain('planted-value');
});

describe('lines that wait to be written together', () => {
  beforeAll(buildOnce);

  const linesOf = (script: string): string[] => {
    const opening = `const log = require('./dist/src/platform/http/server/log').createLogger('info');`;
    const { stdout } = spawnSync(process.execPath, ['-e', opening + script], { cwd: root, encoding: 'utf8' });
    return stdout
      .trim()
      .split('\n')
      .filter(Boolean)
      .map((line) => (JSON.parse(line) as { msg: string }).msg);
  };
  const kill = `process.kill(process.pid, 'SIGKILL');`;

  test('are written when the process ends', () => {
    expect(linesOf(`log.info('first'); log.info('second'); process.exit(0);`)).toEqual(['first', 'second']);
  });

  test('are written, in order, with the first warning or error', () => {
    expect(linesOf(`log.info('first'); log.warn('second'); log.error(new Error('x'), 'third'); ${kill}`)).toEqual([
      'first',
      'second',
      'third',
    ]);
  });

  test('are written after a short time', () => {
    expect(linesOf(`log.info('first'); setTimeout(() => { ${kill} }, 300);`)).toEqual(['first']);
  });
});
