import type { Etags } from './etags.ts';
import type { AllOptions } from './operation.ts';
import type { OperationFacts, Values } from './operation-facts.ts';

export interface BuiltRequest {
  method: string;
  /** The path with its query, without the address of the server. */
  url: string;
  /** The path of the resource whose ETag the response has. */
  resourcePath: string;
  /** The paths of all things that the request names by their id. A change below one of them can give it a new version. */
  namedPaths: string[];
  headers: Record<string, string>;
  body?: string | Blob | FormData;
}

/** Puts the arguments of an operation where the operation expects them. */
export function buildRequest(
  operation: OperationFacts,
  values: Values,
  options: AllOptions,
  etags: Etags,
): BuiltRequest {
  const { body, ...others } = values;
  const path = fillIn(operation.path, others);
  const edited = operation.edits && fillIn(operation.edits, others);
  const query = queryOf(operation.path, others);
  return {
    method: operation.method,
    url: query ? `${path}?${query}` : path,
    resourcePath: edited ?? path,
    namedPaths: beginningsOf(operation.path).map((beginning) => fillIn(beginning, others)),
    headers: {
      accept: 'application/json, */*;q=0.5',
      ...contentTypeOf(body),
      ...(operation.takesKey ? { 'idempotency-key': options.idempotencyKey ?? newKey() } : {}),
      ...ifMatchOf(edited, options, etags),
    },
    ...(body === undefined ? {} : { body: isSentUnchanged(body) ? body : JSON.stringify(body) }),
  };
}

/** Replaces `{name}` by the argument of this name. */
function fillIn(template: string, values: Values): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (typeof value === 'number' || (typeof value === 'string' && value !== '')) return encodeURIComponent(value);
    throw new TypeError(`The argument ${name} is missing`);
  });
}

/** The beginnings of a path that end with an argument. */
const beginningsOf = (template: string): string[] =>
  [...template.matchAll(/\}/g)].map(({ index }) => template.slice(0, index + 1));

/** The arguments that are not in the path. An undefined argument is left out. */
function queryOf(template: string, values: Values): string {
  const given = Object.entries(values).filter(
    ([name, value]) => value !== undefined && !template.includes(`{${name}}`),
  );
  const pairs = given.flatMap(([name, value]) => [value].flat().map((each): [string, string] => [name, String(each)]));
  return new URLSearchParams(pairs).toString();
}

const isSentUnchanged = (body: unknown): body is Blob | FormData => body instanceof Blob || body instanceof FormData;

function contentTypeOf(body: unknown): Record<string, string> {
  // `fetch` writes the type of a form, because it chooses the boundary of its parts.
  if (body === undefined || body instanceof FormData) return {};
  return { 'content-type': body instanceof Blob ? body.type || 'application/octet-stream' : 'application/json' };
}

function ifMatchOf(edited: string | undefined, options: AllOptions, etags: Etags): Record<string, string> {
  if (!edited || options.ifMatch === null) return {};
  const etag = options.ifMatch ?? (options.basedOn ? etagOf(options.basedOn, etags) : etags.ofPath(edited));
  return etag === undefined ? {} : { 'if-match': etag };
}

/** @throws if the object is a copy, because an edit must not silently lose its protection */
function etagOf(resource: object, etags: Etags): string {
  const etag = etags.ofObject(resource);
  if (etag === undefined) throw new TypeError('basedOn must be an object that this client returned, not a copy of it');
  return etag;
}

/** A random UUID. Pages that are not served over HTTPS have no `crypto.randomUUID`. */
export function newKey(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
