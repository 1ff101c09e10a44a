import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { ApiResponse, School } from '../support/school';
import { hashOfFilters } from '../../src/platform/http/cursor-filters';
import { aSchoolAtWork, partsOf, roles, type Cast, type Role, type Things } from './cast';
import { Dice, mutationsFor, type Allows, type Attack } from './mutations';
import { addressOf, routesOf, type Route } from './routes';
import { readAllRows, findInconsistencies } from './database-state';

/** Another seed gives other requests: `FUZZ_SEED=7 npx jest test/journeys/invalid-input`. */
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

/** Sends requests that must all be refused, and records those that were not and responses that the document does not allow. */
class InvalidRequests {
  readonly findings: string[] = [];
  readonly statuses = new Map<number, number>();
  sentCount = 0;

  async send(role: Role, route: Route, attack: Attack, isSuccessAllowed = false): Promise<ApiResponse | undefined> {
    const address = `${addressOf(route, attack.ids)}${attack.query ? `?${attack.query}` : ''}`;
    this.sentCount++;
    try {
      const response = await cast[role].send(route.method, address, attack.body, attack.headers);
      this.statuses.set(response.status, (this.statuses.get(response.status) ?? 0) + 1);
      const isWrong = response.status >= 500 || (response.status < 400 && !isSuccessAllowed);
      if (isWrong) this.report(role, route, attack, address, `got ${response.status}`);
      return response;
    } catch (error) {
      this.report(role, route, attack, address, (error as Error).message.slice(0, 600));
      return undefined;
    }
  }

  private report(role: Role, { method }: Route, { kind, body, headers }: Attack, address: string, what: string): void {
    const shownHeaders = { ...headers, authorization: undefined };
    const request = `${method} ${address.slice(0, 200)} ${body?.slice(0, 300) ?? ''} ${JSON.stringify(shownHeaders).slice(0, 200)}`;
    this.findings.push(`${kind}, as ${role} (seed ${seed}): ${request}\n  → ${what}`);
  }
}

const emptyAttack = (route: Route): Attack => ({
  kind: '',
  query: '',
  headers: {},
  ids: Object.fromEntries(
    Object.entries(partsOf(route.template, things, cast)).map(([name, value]) => [name, String(value)]),
  ),
});

/** Returns a function that says whether the document allows a body. */
function allowedBy(document: object): Allows {
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  ajv.addSchema(document, 'contract');
  return (schema, body) => ajv.getSchema(`contract#/components/schemas/${schema}`)!(body) as boolean;
}

test(`random invalid requests to every route are refused as documented and change nothing (seed ${seed})`, async () => {
  const dice = new Dice(seed);
  const mutations = Object.entries(mutationsFor(allowedBy(school.document)));
  const requests = new InvalidRequests();
  const tried = new Map(mutations.map(([kind]) => [kind, 0]));
  const before = await readAllRows(school);
  for (let round = 0; round < rounds; round++)
    for (const route of routes) {
      const attacks = mutations.flatMap(([kind, mutate]) => mutate(dice, route, { ...emptyAttack(route), kind }) ?? []);
      const attack = dice.pick(attacks);
      tried.set(attack.kind, tried.get(attack.kind)! + 1);
      await requests.send(dice.pick(roles), route, attack);
    }
  expect(requests.findings).toEqual([]);
  expect(await readAllRows(school)).toEqual(before);
  expect(await findInconsistencies(school)).toEqual([]);
  expect(requests.sentCount).toBeGreaterThanOrEqual(2_000);
  for (const [kind, count] of tried) expect({ kind, often: count >= 20 }).toEqual({ kind, often: true });
});

test('every route refuses a query parameter that it does not declare', async () => {
  for (const route of routes) {
    const address = `${addressOf(route, emptyAttack(route).ids)}?unknownFilter=1`;
    const { status, body } = await cast.admin.send(route.method, address, route.bodyExample);
    const unknown = expect.objectContaining({ pointer: '/query/unknownFilter' }) as unknown;
    expect({ route: route.name, status, errors: body.errors }).toEqual({
      route: route.name,
      status: 422,
      errors: expect.arrayContaining([unknown]) as unknown,
    });
  }
});

test('every route that declares no body refuses one', async () => {
  const routesWithoutBody = routes.filter(({ method, bodySchema }) => method !== 'GET' && !bodySchema);
  for (const route of routesWithoutBody) {
    const response = await cast.admin.send(route.method, addressOf(route, emptyAttack(route).ids), {});
    expect([route.name, response.status, response.body.errors]).toEqual([
      route.name,
      422,
      [{ pointer: '/body', message: 'This route takes no body', rule: 'no_body' }],
    ]);
  }
  expect(routesWithoutBody.length).toBeGreaterThan(10);
});

const unknownIds = ['999999999', '2147483648', String(Number.MAX_SAFE_INTEGER)];
const bodyOf = ({ bodyExample }: Route): Partial<Attack> =>
  bodyExample === undefined
    ? {}
    : { body: JSON.stringify(bodyExample), headers: { 'content-type': 'application/json' } };

test('a request with an unknown id is refused for every role and changes nothing', async () => {
  const requests = new InvalidRequests();
  const before = await readAllRows(school);
  for (const route of routes.filter(({ template }) => template.includes('{id}')))
    for (const role of roles)
      for (const id of route.template.includes('sessions') ? ['2f0b3c1e-5a0f-4f0e-9a55-6f2d9f7b1c11'] : unknownIds) {
        const attack = {
          ...emptyAttack(route),
          ...bodyOf(route),
          kind: 'an unknown id',
          ids: { ...things.ofModules, id },
        };
        await requests.send(role, route, attack);
      }
  expect(requests.findings).toEqual([]);
  expect(await readAllRows(school)).toEqual(before);
});

/** The example of a body in the document, with ids of people, courses and transactions that do not exist. */
const withUnknownIds = (body: unknown): string =>
  JSON.stringify(body, (key, value: unknown) => {
    if (key.endsWith('Ids')) return [999_999_999];
    return /Id$|^id$/.test(key) && typeof value === 'number' ? 999_999_999 : value;
  });

test('a body with unknown ids is refused for every role and changes nothing', async () => {
  const requests = new InvalidRequests();
  const before = await readAllRows(school);
  const routesWithIds = routes.filter(({ bodyExample }) => /\w(Id|Ids)"/.test(JSON.stringify(bodyExample) ?? ''));
  for (const route of routesWithIds)
    for (const role of roles) {
      const attack = {
        ...emptyAttack(route),
        ...bodyOf(route),
        kind: 'a body with unknown ids',
        body: withUnknownIds(route.bodyExample),
      };
      await requests.send(role, route, attack);
    }
  expect(requests.findings).toEqual([]);
  expect(routesWithIds.length).toBeGreaterThanOrEqual(5);
  expect(await readAllRows(school)).toEqual(before);
});

/** For each kind of object: the roles that get 404 for an object of another person, so that they do not learn that it exists. */
const rolesWithoutAccess: [string, Role[]][] = [
  ['attempts', ['otherStudent', 'teacher', 'otherTeacher', 'unapprovedTeacher', 'admin']],
  ['submissions', ['otherStudent', 'otherTeacher', 'unapprovedTeacher']],
  ['notifications', ['otherStudent', 'teacher', 'otherTeacher', 'unapprovedTeacher', 'admin']],
  ['sessions', ['otherStudent', 'teacher', 'otherTeacher', 'unapprovedTeacher', 'admin']],
  ['wallets', ['otherStudent', 'teacher', 'otherTeacher', 'unapprovedTeacher', 'admin']],
  ['withdrawals', ['otherStudent', 'teacher', 'otherTeacher', 'unapprovedTeacher']],
];

test.each(rolesWithoutAccess)('%s of another person give 404, even with a valid body', async (noun, others) => {
  const before = await readAllRows(school);
  // Decisions are for administrators only: others are refused before the withdrawal is looked up.
  const matchingRoutes = routes.filter(
    ({ template }) => template.includes(`/${noun}/{id}`) && !template.endsWith('/withdrawals/{id}/decisions'),
  );
  const bodies: Record<string, object> = {
    HandIn: { answers: { q1: 0 } },
    GradeDecision: { score: 1, status: 'approved' },
  };
  for (const route of matchingRoutes)
    for (const role of others) {
      const body = bodies[route.bodySchema ?? ''] ?? route.bodyExample;
      const response = await cast[role].send(route.method, addressOf(route, emptyAttack(route).ids), body);
      expect([route.name, role, response.status]).toEqual([route.name, role, 404]);
    }
  expect(matchingRoutes.length).toBeGreaterThan(0);
  expect(await readAllRows(school)).toEqual(before);
});

/** The names of all cursors in the source code. A client can know them, because a cursor is opaque but not secret. */
function keysetNames(): string[] {
  const folder = path.join(__dirname, '../../src');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const sources = files.map((file) => readFileSync(path.join(folder, file), 'utf8'));
  const names = sources.flatMap((source) => [...source.matchAll(/keyset\(\s*['`]([^'`]+)/g)].map(([, name]) => name!));
  // The gradebook has one name for each order. One order for each type of value is enough.
  const orders = ['name', 'progress', 'lastAccessedAt'];
  return names.flatMap((name) =>
    name.includes('${sort}') ? orders.map((sort) => name.replace('${sort}', sort)) : name,
  );
}

const maxInteger = Number.MAX_SAFE_INTEGER;
const maxTime = '9999-12-31T23:59:59.999Z';
const extremes: unknown[][] = [
  ...[maxInteger, -maxInteger].flatMap((n) => [[n], [n, n], [n, n, n]]),
  ...[
    ['\u{10ffff}', maxInteger],
    ['0001-01-01T00:00:00Z', -maxInteger],
    [maxTime, maxInteger],
    [2 ** 31 - 1],
    [2 ** 31 - 1, maxInteger],
  ],
  [maxTime, 'ffffffff-ffff-4fff-bfff-ffffffffffff'],
];

test('a forged cursor with extreme values never causes a server error', async () => {
  const requests = new InvalidRequests();
  const lists = routes.filter(({ parameters }) => parameters.some(({ name }) => name === 'cursor'));
  const names = keysetNames();
  const routesWithPage = new Set<string>();
  for (const route of lists)
    for (const name of names)
      for (const values of extremes) {
        const text = Buffer.from(JSON.stringify([name, ...values])).toString('base64url');
        const sort = name.split(':').at(-1)!;
        const order: Record<string, string> = route.parameters.some((each) => each.name === 'sort') ? { sort } : {};
        const { ids } = emptyAttack(route);
        const cursor = `${text}.${hashOfFilters(`/api/v1${addressOf(route, ids)}`, order)}`;
        const query = new URLSearchParams({ cursor, ...order }).toString();
        const attack = { ...emptyAttack(route), kind: 'a forged cursor', query };
        const response = await requests.send('admin', route, attack, true);
        if (response?.status === 200) routesWithPage.add(route.name);
      }
  expect(requests.findings).toEqual([]);
  expect(lists.map(({ name }) => name).filter((name) => !routesWithPage.has(name))).toEqual([]);
}, 120_000);
