import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import type { ApiResponse, School } from '../support/school';
import { AllowedValues } from './allowed-values';
import { aSchoolAtWork, partsOf, type Cast, type Role, type Things } from './cast';
import { Dice } from './mutations';
import { addressOf, routesOf, type Route, type Schema } from './routes';

/** Another seed or count gives other requests: `ALLOWED_SEED=7 ALLOWED_REQUESTS=30000 npx jest test/journeys/allowed-requests`. */
const seed = Number(process.env.ALLOWED_SEED ?? 20_261_127);
const count = Number(process.env.ALLOWED_REQUESTS ?? (process.env.TEST_LONG ? 30_000 : 1_500));
/** 30,000 requests took 98 s on SQLite and 131 s on PostgreSQL. A busy machine may take ten times as long. */
jest.setTimeout(60_000 + count * 40);

const senders: Role[] = ['visitor', 'student', 'teacher', 'admin'];

interface Document {
  info: { 'x-rules'?: { rule: string }[] };
  paths: Record<string, Record<string, object>>;
  components: { schemas: Record<string, Schema> };
}

let school: School;
let cast: Cast;
let things: Things;
let document: Document;
let ajv: Ajv2020;
beforeAll(async () => {
  ({ school, cast, things } = await aSchoolAtWork());
  document = school.document as unknown as Document;
  ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  ajv.addSchema(document, 'contract');
});
afterAll(() => school.close());

/** The names of the rules that a schema, and the schemas that it refers to, state as `x-rule`. */
function statedRules(value: unknown, rules = new Set<string>(), seen = new Set<string>()): Set<string> {
  if (typeof value !== 'object' || value === null) return rules;
  for (const [key, member] of Object.entries(value)) {
    if (key === 'x-rule' || key === 'x-rules') for (const { rule } of member as { rule: string }[]) rules.add(rule);
    else if (key === '$ref') {
      const name = (member as string).split('/').at(-1)!;
      if (!seen.has(name)) statedRules(document.components.schemas[name], rules, seen.add(name));
    } else statedRules(member, rules, seen);
  }
  return rules;
}

/** Requests of one route that the document allows. */
class AllowedRequests {
  readonly rules: Set<string>;
  private readonly bodies: fc.Arbitrary<unknown> | undefined;
  private readonly isAllowed: ValidateFunction | undefined;
  private readonly parameters: { name: string; isRequired: boolean; values: fc.Arbitrary<unknown> }[];

  constructor(
    readonly route: Route,
    values: AllowedValues,
  ) {
    const operation = document.paths[route.template]![route.method.toLowerCase()]!;
    const { parameters, requestBody } = operation as { parameters?: unknown; requestBody?: unknown };
    this.rules = statedRules([parameters, requestBody, (operation as Schema)['x-rules'] ? operation : null]);
    for (const { rule } of document.info['x-rules'] ?? []) this.rules.add(rule);
    if (route.bodySchema) {
      this.isAllowed = ajv.getSchema(`contract#/components/schemas/${route.bodySchema}`) as ValidateFunction;
      this.bodies = values.of({ $ref: route.bodySchema });
    }
    const inQuery = route.parameters.filter(({ in: place, name }) => place === 'query' && name !== 'cursor');
    this.parameters = inQuery.map(({ name, required, schema }) => {
      return { name, isRequired: Boolean(required), values: values.of(schema) };
    });
  }

  /** A body that the document allows; undefined if none was found in a few tries, or if the route has none. */
  body(dice: Dice): unknown {
    if (!this.bodies) return undefined;
    return fc.sample(this.bodies, { numRuns: 8, seed: dice.below(2 ** 31) }).find((body) => this.isAllowed!(body));
  }

  query(dice: Dice): string {
    const query = new URLSearchParams();
    for (const { name, isRequired, values } of this.parameters)
      if (isRequired || dice.below(3) === 0)
        query.set(name, String(fc.sample(values, { numRuns: 1, seed: dice.below(2 ** 31) })[0]));
    return query.size > 0 ? `?${query.toString()}` : '';
  }
}

test(`no request that the document allows is refused by a rule that it does not state (${count} requests, seed ${seed})`, async () => {
  const dice = new Dice(seed);
  const values = new AllowedValues(document.components.schemas);
  // A run of a job changes what other requests find, and a closed account only gets 401.
  const requests = routesOf(school.document)
    .filter(({ name }) => !/\/jobs\/\{name\}\/runs$|DELETE .*\/(activation|sessions)|logout|password/.test(name))
    .map((route) => new AllowedRequests(route, values));
  const findings: string[] = [];
  const statuses: Record<number, number> = {};
  const refusedBy: Record<string, number> = {};
  for (let sent = 0; sent < count; sent++) {
    const request = dice.pick(requests);
    const { route } = request;
    const body = request.body(dice);
    if (route.bodySchema && body === undefined) continue;
    const ids = partsOf(route.template, things, cast);
    // The id of a session is no number.
    const isReplaced = typeof ids.id === 'number' && dice.below(4) === 0;
    const address = addressOf(route, isReplaced ? { ...ids, id: dice.below(20) + 1 } : ids) + request.query(dice);
    const role = dice.pick(senders);
    const text = `${role} ${route.method} ${address} ${JSON.stringify(body)?.slice(0, 400) ?? ''}`;
    const response = await cast[role].send(route.method, address, body).catch((error: Error) => error);
    if (response instanceof Error) {
      findings.push(`${text}\n  → ${response.message.slice(0, 400)}`);
      continue;
    }
    statuses[response.status] = (statuses[response.status] ?? 0) + 1;
    for (const rule of brokenRules(response)) {
      refusedBy[rule] = (refusedBy[rule] ?? 0) + 1;
      if (!request.rules.has(rule)) findings.push(`${text}\n  → ${rule}: ${JSON.stringify(response.body.errors)}`);
    }
  }
  console.info(`Statuses: ${JSON.stringify(statuses)}. Refused by rules of the document: ${JSON.stringify(refusedBy)}`);
  expect(findings).toEqual([]);
  expect(statuses[200]).toBeGreaterThan(count / 10);
});

const brokenRules = ({ status, body }: ApiResponse): string[] =>
  status === 422 && body.code === 'VALIDATION_FAILED'
    ? (body.errors as { rule: string }[]).map(({ rule }) => rule)
    : [];
