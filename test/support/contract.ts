import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

interface Header {
  required?: boolean;
}

interface DocumentedResponse {
  headers?: Record<string, Header>;
  content?: Record<string, { schema?: object }>;
}

/** The members of an OpenAPI document that this file reads. */
export interface Contract {
  paths: Record<string, unknown>;
  components?: unknown;
}

export interface ReceivedResponse {
  method: string;
  url: string;
  status: number;
  headers: Record<string, string | string[] | number | undefined>;
  /** The parsed body if it is JSON; undefined if there is none. */
  body: unknown;
}

/** HTML pages and the document itself are not operations of the document. */
const undocumented = /^\/(?:(?:docs|operations)(?:\/.*)?|openapi\.json)$/;

/** @throws if the status, media type, headers or body of a response do not match the document */
export function validateResponse(document: Contract, response: ReceivedResponse): void {
  const { method, url, status } = response;
  const path = url.split(/[?#]/, 1)[0]!;
  if (method === 'OPTIONS' || undocumented.test(path)) return;
  const mismatch = mismatchOf(document, { ...response, method: method.toUpperCase() }, path);
  if (!mismatch) return;
  const bodyText = JSON.stringify(response.body)?.slice(0, 2_000);
  throw new Error(`The response ${status} of ${method} ${path} does not match openapi.json: ${mismatch}\n${bodyText}`);
}

/** True if the route requires an Idempotency-Key. */
export function requiresKey(document: Contract, method: string, url: string): boolean {
  const pointer = operationOf(document, method.toLowerCase(), url.split(/[?#]/, 1)[0]!);
  if (!pointer) return false;
  const { parameters = [] } = valueAt(document, pointer) as { parameters?: { $ref?: string }[] };
  return parameters.some(({ $ref }) => $ref?.endsWith('/Idempotency-Key-Required'));
}

function mismatchOf(document: Contract, response: ReceivedResponse, path: string): string | undefined {
  const operation = operationOf(document, response.method === 'HEAD' ? 'get' : response.method.toLowerCase(), path);
  if (!operation) return mismatchOfUnknownRoute(document, response);
  // The document lists 500 for clients, but in a test it is always a bug.
  if (response.status === 500) return 'status 500 is always a bug';
  const pointer = dereference(document, [...operation, 'responses', String(response.status)]);
  const documented = valueAt(document, pointer) as DocumentedResponse | undefined;
  if (!documented) return 'this status is not documented';
  return mismatchOfHeaders(document, documented, response) ?? mismatchOfBody(document, documented, pointer, response);
}

function mismatchOfUnknownRoute(document: Contract, { status, body }: ReceivedResponse): string | undefined {
  if (status !== 404 && status !== 405) return 'this route is not documented';
  return mismatchOfJson(document, ['components', 'schemas', 'Problem'], body);
}

function mismatchOfHeaders(
  document: Contract,
  documented: DocumentedResponse,
  { headers }: ReceivedResponse,
): string | undefined {
  const missing = Object.entries(documented.headers ?? {}).filter(([name, header]) => {
    const { required } = resolve(document, header) as Header;
    return required && headers[name.toLowerCase()] === undefined;
  });
  return missing.length > 0 ? `missing headers: ${missing.map(([name]) => name).join(', ')}` : undefined;
}

function mismatchOfBody(
  document: Contract,
  documented: DocumentedResponse,
  pointer: string[],
  response: ReceivedResponse,
): string | undefined {
  if (response.method === 'HEAD') return undefined;
  if (!documented.content) return response.body === undefined ? undefined : 'a body where none is documented';
  const type = String(response.headers['content-type'] ?? '')
    .split(';', 1)[0]!
    .trim();
  if (!documented.content[type])
    return `media type ${type || 'none'} instead of ${Object.keys(documented.content).join(' or ')}`;
  if (!/[/+]json$/.test(type)) return undefined;
  return mismatchOfJson(document, [...pointer, 'content', type, 'schema'], response.body);
}

function mismatchOfJson(document: Contract, pointer: string[], body: unknown): string | undefined {
  const validate = validatorOf(document, pointer);
  if (validate(body)) return undefined;
  return (validate.errors ?? [])
    .map(({ instancePath, message, params }) => `${instancePath || '/'} ${message} ${JSON.stringify(params)}`)
    .join('; ');
}

/** The pointer of the operation for a path. As in the router, a literal segment has priority over a parameter. */
function operationOf(document: Contract, method: string, path: string): string[] | undefined {
  const templates = Object.keys(document.paths).filter((template) => matchesTemplate(path, template));
  const parameterCount = (template: string): number => template.split('{').length - 1;
  const [best] = templates.sort((left, right) => parameterCount(left) - parameterCount(right));
  if (!best) return undefined;
  const pointer = ['paths', best, method];
  return valueAt(document, pointer) ? pointer : undefined;
}

function matchesTemplate(path: string, template: string): boolean {
  const segments = path.split('/');
  const templateSegments = template.split('/');
  if (templateSegments.length !== segments.length) return false;
  return templateSegments.every((expected, index) => {
    const isParameter = expected.startsWith('{');
    return isParameter ? segments[index] !== '' : segments[index] === expected;
  });
}

/** The member of a value to which the steps of the pointer lead; undefined if there is none. */
function valueAt(value: unknown, pointer: string[]): unknown {
  let member = value;
  for (const step of pointer) member = (member as Record<string, unknown> | undefined)?.[step];
  return member;
}

const resolve = (document: Contract, value: object): unknown => {
  const { $ref } = value as { $ref?: string };
  return $ref ? valueAt(document, segmentsOf($ref)) : value;
};

function dereference(document: Contract, pointer: string[]): string[] {
  const { $ref } = (valueAt(document, pointer) ?? {}) as { $ref?: string };
  return $ref ? segmentsOf($ref) : pointer;
}

const segmentsOf = (ref: string): string[] =>
  ref
    .slice(2)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));

const compilers = new WeakMap<Contract, Ajv2020>();

function validatorOf(document: Contract, pointer: string[]): ValidateFunction {
  let ajv = compilers.get(document);
  if (!ajv) {
    ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats.default(ajv);
    ajv.addSchema(document, 'contract');
    compilers.set(document, ajv);
  }
  const fragment = pointer
    .map((step) => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1')))
    .join('/');
  return ajv.getSchema(`contract#/${fragment}`) ?? ajv.compile({ $ref: `contract#/${fragment}` });
}
