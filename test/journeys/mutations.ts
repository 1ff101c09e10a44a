import type { Parameter, Route } from './routes';

/** A random number generator (mulberry32). The same seed gives the same requests. */
export class Dice {
  constructor(private state: number) {}

  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }

  below = (limit: number): number => Math.floor(this.next() * limit);
  pick = <T>(list: readonly T[]): T => list[this.below(list.length)]!;
}

/** A request as it is sent; `body` is text that may not be JSON. */
export interface Attack {
  kind: string;
  ids: Record<string, string>;
  query: string;
  body?: string;
  headers: Record<string, string>;
}

/** Whether the document allows a body. If it does, the body is not invalid and another one is tried. */
export type Allows = (schema: string, body: unknown) => boolean;

type Mutation = (dice: Dice, route: Route, attack: Attack) => Attack | undefined;

const long = (length: number): string => 'x'.repeat(length);
const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

/** Values that replace a part of a body. */
const wrongValues: unknown[] = [
  ...[null, true, false, -1, 0, 0.5, 1e308, -1e21, 2 ** 53, 2 ** 31, 4_294_967_296],
  ...['', ' ', '\u202e', '🎨', '1', 'true', '2026-02-30T25:61:00Z', "'; DROP TABLE users_user; --", '../../etc/passwd'],
  ...[long(300), long(5_000), long(250_000), [], {}, [[]], [null], { a: { b: [] } }, Array(2_000).fill(1)],
];
/** Values that no body may hold in any place, because PostgreSQL cannot store them or because they attack the parser. */
const forbiddenValues = ['"a\\u0000b"', '"\\ud800"', nested(25), '{"__proto__":{"role":"admin"}}', '{"constructor":1}'];
const broken = ['{', '{"a":1,}', "{'a':1}", 'nul', '[1,2', '{"a":NaN}', '"', '{"a":1}{"b":2}', '\u0000', '<xml/>'];
const badIds = [
  ...['0', '-1', '1e3', '99999999999999999999', '%00', 'abc', '1.5', '07', '+1', '1%20', '%20', '0x1', 'null'],
  ...['%F0%9F%8E%A8', '%', '%ff', '%E0%A4%A', '..%2f..%2fadmin', '1%2F2', '1;2', "1'--", '١', 'NaN', long(201)],
];
const badCursors = [
  ...['', 'x', '%00', 'null', '0', 'WyJuZXdlc3QiLDQyXQ', 'W10', 'e30', 'WzEsMiwzXQ', 'WyIiXQ', 'bnVsbA'],
  ...['%F0%9F%8E%A8', 'WyJcdTAwMDAiLDFd', long(1_001), Buffer.from('["enrollments","1"]').toString('base64url')],
];
const badFlags = ['yes', '1', '0', 'TRUE', '', 'null', '%00', 'true%20'];
const badNumbers = ['-1', '1.5', 'abc', 'NaN', 'Infinity', '1e400', '99999999999999999999', '%00', '1,2', '[]'];
const mediaTypes = [
  'text/plain',
  'application/xml',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'a/b',
  'x',
];
const json = { 'content-type': 'application/json' };
const text = (value: unknown): string => JSON.stringify(value);
const writes = ({ method }: Route): boolean => method !== 'GET';

function bodyWith(attack: Attack, body: string): Attack {
  return { ...attack, body, headers: { ...attack.headers, ...json } };
}

/** Replaces one part of the example in the document by a value that is not allowed there. */
function wrongPart(allows: Allows): Mutation {
  return (dice, { bodySchema, bodyExample }, attack) => {
    if (!bodySchema) return undefined;
    for (let attempt = 0; attempt < 20; attempt++) {
      const body = replacedIn(dice, bodyExample);
      if (!allows(bodySchema, body)) return bodyWith(attack, text(body));
    }
    return undefined;
  };
}

function replacedIn(dice: Dice, value: unknown, depth = 0): unknown {
  const isLeaf = typeof value !== 'object' || value === null;
  if (isLeaf || depth > 4 || dice.below(depth === 0 ? 8 : 4) === 0) return dice.pick(wrongValues);
  const keys = Object.keys(value);
  if (keys.length === 0) return dice.pick(wrongValues);
  const key = dice.pick(keys);
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...value }) as Record<string, unknown>;
  if (dice.below(5) === 0) delete copy[key];
  else copy[key] = replacedIn(dice, copy[key], depth + 1);
  return copy;
}

const privileges = {
  role: 'admin',
  isApproved: true,
  balance: 1_000_000,
  is_superuser: true,
  id: 1,
  version: 1,
  x: 1,
};

function unknownMember(allows: Allows): Mutation {
  return (dice, { bodySchema, bodyExample }, attack) => {
    const [name, value] = dice.pick(Object.entries(privileges));
    const body = { ...(bodyExample as object), [name]: value };
    return bodySchema && !allows(bodySchema, body) ? bodyWith(attack, text(body)) : undefined;
  };
}

const forbiddenValue: Mutation = (dice, route, attack) => {
  if (!writes(route)) return undefined;
  const example = typeof route.bodyExample === 'object' ? text(route.bodyExample) : '{}';
  const member = `"${dice.pick(['title', 'reason', 'answers', 'note'])}":${dice.pick(forbiddenValues)}`;
  return bodyWith(attack, `${example.slice(0, -1)}${example === '{}' ? '' : ','}${member}}`);
};

const undeclaredBody: Mutation = (dice, route, attack) =>
  writes(route) && !route.bodySchema
    ? bodyWith(attack, dice.pick(['{}', '[]', '""', '0', 'false', 'null', '{"reason":"x"}']))
    : undefined;

const brokenJson: Mutation = (dice, route, attack) => (writes(route) ? bodyWith(attack, dice.pick(broken)) : undefined);

const tooLarge: Mutation = (dice, route, attack) =>
  writes(route) && dice.below(4) === 0 ? bodyWith(attack, text({ title: long(1_100_000) })) : undefined;

const notAnObject: Mutation = (dice, { bodySchema, bodyExample, isBodyOptional }, attack) => {
  const bodies = ['[]', text([bodyExample]), '"x"', '7', 'null', ...(isBodyOptional ? [] : ['', ' '])];
  return bodySchema ? bodyWith(attack, dice.pick(bodies)) : undefined;
};

/** Mail programs send a form to unsubscribe. */
const formRoute = '/api/v1/mail-unsubscriptions/{token}';

const wrongMediaType: Mutation = (dice, route, attack) => {
  if (!writes(route) || route.template === formRoute) return undefined;
  return {
    ...attack,
    body: text(route.bodyExample ?? {}),
    headers: { ...attack.headers, 'content-type': dice.pick(mediaTypes) },
  };
};

const badId: Mutation = (dice, route, attack) => {
  const names = route.parameters.filter((parameter) => parameter.in === 'path');
  if (names.length === 0) return undefined;
  const body = route.bodyExample === undefined ? {} : bodyWith(attack, text(route.bodyExample));
  return { ...attack, ...body, ids: { ...attack.ids, [dice.pick(names).name]: dice.pick(badIds) } };
};

const badQuery: Mutation = (dice, route, attack) => {
  const known = route.parameters.filter((parameter) => parameter.in === 'query');
  const unknown = dice.pick(['limt=5', 'order=1', 'constructor=1', '__proto__=1', 'limit[]=1', '%00=1', 'x']);
  if (known.length === 0 || dice.below(5) === 0) return { ...attack, query: unknown };
  const parameter = dice.pick(known);
  const value = badValue(dice, parameter);
  return value === undefined ? undefined : { ...attack, query: `${parameter.name}=${value}` };
};

function badValue(dice: Dice, { name, schema }: Parameter): string | undefined {
  if (dice.below(8) === 0) return `a&${name}=b`;
  if (name === 'cursor') return dice.pick(badCursors);
  if (name === 'limit') return dice.pick([...badNumbers, '0', String(Number(schema.maximum) + 1), '']);
  if (schema.type === 'boolean') return dice.pick(badFlags);
  if (schema.type === 'integer') return dice.pick([...badNumbers, schema.minimum === 0 ? '-1' : '0', '']);
  if (schema.enum) return dice.pick(['nope', '', '%00', '__proto__', String(schema.enum[0]).toUpperCase()]);
  return dice.pick(['%00', ...(schema.maxLength ? [long(schema.maxLength + 1)] : [])]);
}

const badHeader: Mutation = (dice, { parameters, bodyExample }, attack) => {
  const names = parameters.filter((parameter) => parameter.in === 'header').map(({ name }) => name);
  const wrong: Record<string, string[]> = {
    'If-Match': ['1', '"1"', 'W/"v1"', '"v99999999999999999999"', '"v1" "v2"', 'v1', '"v-1"'],
    'Idempotency-Key': [' ', 'a b', long(256), 'ключ'],
  };
  const name = dice.pick(names.filter((each) => wrong[each]));
  if (!name) return undefined;
  const sent = bodyExample === undefined ? attack : bodyWith(attack, text(bodyExample));
  return { ...sent, headers: { ...sent.headers, [name]: Buffer.from(dice.pick(wrong[name]!)).toString('latin1') } };
};

const badTokens = ['', 'x', 'null', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.', 'a.b.c', long(9_000), '%00'];
const badToken: Mutation = (dice, { isPublic }, attack) =>
  isPublic ? undefined : { ...attack, headers: { authorization: `Bearer ${dice.pick(badTokens)}` } };

/** Every kind of invalid request. A mutation returns undefined if it does not apply to the route. */
export function mutationsFor(allows: Allows): Record<string, Mutation> {
  return {
    'a wrong part': wrongPart(allows),
    'an unknown member': unknownMember(allows),
    'an undeclared body': undeclaredBody,
    'a forbidden value': forbiddenValue,
    'broken JSON': brokenJson,
    'too large a body': tooLarge,
    'not an object': notAnObject,
    'a wrong media type': wrongMediaType,
    'a bad id': badId,
    'a bad query': badQuery,
    'a bad header': badHeader,
    'a bad token': badToken,
  };
}
