import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Answer, School } from '../support/school';
import { aSchoolAtWork, partsOf, roles, type Cast, type Role, type Things } from './cast';
import { Dice, mutationsFor, type Allows, type Attack } from './mutations';
import { addressOf, routesOf, type Route } from './routes';
import { everyRow, faultsOfBooks } from './state';

/** Another seed tries other requests: `FUZZ_SEED=7 npx jest test/journeys/invalid-input`. */
const seed = Number(process.env.FUZZ_SEED ?? 20_261_122);
const rounds = Number(process.env.FUZZ_ROUNDS ?? 30);

let school: School;
let cast: Cast;
let things: Things;
let routes: Route[];
beforeAll(async () => {
  ({ school, cast, things } = await aSchoolAtWork());
  routes = routesOf(school.document);
});
afterAll(() => school.close());

/** Runs requests that must all be refused; gives those that were not, and those whose answer the document does not promise. */
class Barrage {
  readonly findings: string[] = [];
  readonly statuses = new Map<number, number>();
  sent = 0;

  async fire(role: Role, route: Route, attack: Attack, mayPass = false): Promise<Answer | undefined> {
    const address = `${addressOf(route, attack.ids)}${attack.query ? `?${attack.query}` : ''}`;
    this.sent++;
    try {
      const answer = await cast[role].send(route.method, address, attack.body, attack.headers);
      this.statuses.set(answer.status, (this.statuses.get(answer.status) ?? 0) + 1);
      const wrong = answer.status >= 500 || (answer.status < 400 && !mayPass);
      if (wrong) this.report(role, route, attack, address, `answered ${answer.status}`);
      return answer;
    } catch (error) {
      this.report(role, route, attack, address, (error as Error).message.slice(0, 600));
      return undefined;
    }
  }

  private report(role: Role, { method }: Route, { kind, body, headers }: Attack, address: string, what: string): void {
    const told = { ...headers, authorization: undefined };
    const request = `${method} ${address.slice(0, 200)} ${body?.slice(0, 300) ?? ''} ${JSON.stringify(told).slice(0, 200)}`;
    this.findings.push(`${kind}, as ${role} (seed ${seed}): ${request}\n  → ${what}`);
  }
}

const quiet = (route: Route): Attack => ({
  ...{ kind: '', query: '', headers: {} },
  ids: Object.fromEntries(
    Object.entries(partsOf(route.template, things, cast)).map(([name, value]) => [name, String(value)]),
  ),
});

/** What the document says a body may be. */
function allowedBy(document: object): Allows {
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  ajv.addSchema(document, 'contract');
  return (schema, body) => ajv.getSchema(`contract#/components/schemas/${schema}`)!(body) as boolean;
}

test(`random invalid requests to every route are refused as documented and change nothing (seed ${seed})`, async () => {
  const dice = new Dice(seed);
  const mutations = Object.entries(mutationsFor(allowedBy(school.document)));
  const barrage = new Barrage();
  const tried = new Map(mutations.map(([kind]) => [kind, 0]));
  const before = await everyRow(school);
  for (let round = 0; round < rounds; round++)
    for (const route of routes) {
      const attacks = mutations.flatMap(([kind, mutate]) => mutate(dice, route, { ...quiet(route), kind }) ?? []);
      // Nothing to be wrong about: a public GET without parameters.
      if (attacks.length === 0) continue;
      const attack = dice.pick(attacks);
      tried.set(attack.kind, tried.get(attack.kind)! + 1);
      await barrage.fire(dice.pick(roles), route, attack);
    }
  expect(barrage.findings).toEqual([]);
  expect(await everyRow(school)).toEqual(before);
  expect(await faultsOfBooks(school)).toEqual([]);
  expect(barrage.sent).toBeGreaterThanOrEqual(2_000);
  for (const [kind, count] of tried) expect({ kind, often: count >= 20 }).toEqual({ kind, often: true });
});

const nobodys = ['999999999', '2147483648', String(Number.MAX_SAFE_INTEGER)];
const bodyOf = ({ bodyExample }: Route): Partial<Attack> =>
  bodyExample === undefined
    ? {}
    : { body: JSON.stringify(bodyExample), headers: { 'content-type': 'application/json' } };

test('what does not exist is refused to everybody and changes nothing', async () => {
  const barrage = new Barrage();
  const before = await everyRow(school);
  for (const route of routes.filter(({ template }) => template.includes('{id}')))
    for (const role of roles)
      for (const id of route.template.includes('sessions') ? ['2f0b3c1e-5a0f-4f0e-9a55-6f2d9f7b1c11'] : nobodys) {
        const attack = { ...quiet(route), ...bodyOf(route), kind: 'an id of nothing', ids: { id } };
        await barrage.fire(role, route, attack);
      }
  expect(barrage.findings).toEqual([]);
  expect(await everyRow(school)).toEqual(before);
});

/** The document's example of a body with people, courses and transactions that are not there. */
const ofNobody = (body: unknown): string =>
  JSON.stringify(body, (key, value: unknown) => {
    if (key.endsWith('Ids')) return [999_999_999];
    return /Id$|^id$/.test(key) && typeof value === 'number' ? 999_999_999 : value;
  });

test('a body that names what does not exist is refused to everybody and changes nothing', async () => {
  const barrage = new Barrage();
  const before = await everyRow(school);
  const naming = routes.filter(({ bodyExample }) => /\w(Id|Ids)"/.test(JSON.stringify(bodyExample) ?? ''));
  for (const route of naming)
    for (const role of roles) {
      const attack = {
        ...quiet(route),
        ...bodyOf(route),
        kind: 'a body of nothing',
        body: ofNobody(route.bodyExample),
      };
      await barrage.fire(role, route, attack);
    }
  expect(barrage.findings).toEqual([]);
  expect(naming.length).toBeGreaterThanOrEqual(5);
  expect(await everyRow(school)).toEqual(before);
});

/** To whom another person's thing does not exist; it is not even told that it is there. */
const strangers: [string, Role[]][] = [
  ['attempts', ['otherStudent', 'teacher', 'otherTeacher', 'unapprovedTeacher', 'admin']],
  ['submissions', ['otherStudent', 'otherTeacher', 'unapprovedTeacher']],
  ['notifications', ['otherStudent', 'teacher', 'otherTeacher', 'unapprovedTeacher', 'admin']],
  ['sessions', ['otherStudent', 'teacher', 'otherTeacher', 'unapprovedTeacher', 'admin']],
  ['wallets', ['otherStudent', 'teacher', 'otherTeacher', 'unapprovedTeacher', 'admin']],
  ['withdrawals', ['otherStudent', 'teacher', 'otherTeacher', 'unapprovedTeacher']],
];

test.each(strangers)('%s of somebody else are not found, with a body that would be good', async (noun, others) => {
  const before = await everyRow(school);
  // Decisions are the administrators': others are refused before anything is looked for, whether it is there or not.
  const asked = routes.filter(
    ({ template }) => template.includes(`/${noun}/{id}`) && !template.endsWith('/withdrawals/{id}/decisions'),
  );
  const bodies: Record<string, object> = {
    HandIn: { answers: { q1: 0 } },
    GradeDecision: { score: 1, status: 'approved' },
  };
  for (const route of asked)
    for (const role of others) {
      const body = bodies[route.bodySchema ?? ''] ?? route.bodyExample;
      const answer = await cast[role].send(route.method, addressOf(route, quiet(route).ids), body);
      expect([route.name, role, answer.status]).toEqual([route.name, role, 404]);
    }
  expect(asked.length).toBeGreaterThan(0);
  expect(await everyRow(school)).toEqual(before);
});

/** Names of orders, as the sources give them: a cursor is opaque, not secret. */
function keysetNames(): string[] {
  const folder = path.join(__dirname, '../../src');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const sources = files.map((file) => readFileSync(path.join(folder, file), 'utf8'));
  return sources.flatMap((source) => [...source.matchAll(/keyset\(\s*['`]([^'`]+)/g)].map(([, name]) => name!));
}

const far = Number.MAX_SAFE_INTEGER;
const moment = '9999-12-31T23:59:59.999Z';
const extremes: unknown[][] = [
  ...[far, -far].flatMap((n) => [[n], [n, n], [n, n, n]]),
  ...[
    ['\u{10ffff}', far],
    ['0001-01-01T00:00:00Z', -far],
    [moment, far],
    [2 ** 31 - 1, far],
  ],
  [moment, 'ffffffff-ffff-4fff-bfff-ffffffffffff'],
];

test('forged cursors, however far they point, never break a list', async () => {
  const barrage = new Barrage();
  const lists = routes.filter(({ parameters }) => parameters.some(({ name }) => name === 'cursor'));
  const names = keysetNames();
  const continued = new Set<string>();
  for (const route of lists)
    for (const name of names)
      for (const values of extremes) {
        const cursor = Buffer.from(JSON.stringify([name, ...values])).toString('base64url');
        const sort = name.split(':').at(-1)!;
        const order = route.parameters.some((each) => each.name === 'sort') ? `&sort=${sort}` : '';
        const attack = { ...quiet(route), kind: 'a forged cursor', query: `cursor=${cursor}${order}` };
        const answer = await barrage.fire('admin', route, attack, true);
        if (answer?.status === 200) continued.add(route.name);
      }
  expect(barrage.findings).toEqual([]);
  expect(lists.map(({ name }) => name).filter((name) => !continued.has(name))).toEqual([]);
});
