import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

interface Header {
  required?: boolean;
}

interface DocumentedResponse {
  headers?: Record<string, Header>;
  content?: Record<string, { schema?: object }>;
}

/** The parts of an OpenAPI document that are read here. */
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
  if (mismatch)
    throw new Error(
      `The response ${status} of ${method} ${path} does not match openapi.json: ${mismatch}\n${JSON.stringify(response.body)?.slice(0, 2_000)}`,
    );
}

/** Whether the route requires an Idempotency-Key. */
export function requiresKey(document: Contract, method: string, url: string): boolean {
  const operation = operationOf(document, method.toLowerCase(), url.split(/[?#]/, 1)[0]!);
  const { parameters = [] } =
    ((operation && at(document, operation)) as { parameters?: { $ref?: string }[] } | undefined) ?? {};
  return parameters.some(({ $ref }) => $ref?.endsWith('/Idempotency-Key-Required'));
}

function mismatchOf(document: Contract, response: ReceivedResponse, path: string): string | undefined {
  const operation = operationOf(document, response.method === 'HEAD' ? 'get' : response.method.toLowerCase(), path);
  if (!operation) return mismatchOfUnknownRoute(document, response);
  // The document lists 500 for clients, but in a test it is always a bug.
  if (response.status === 500) return 'status 500 is always a bug';
  const pointer = dereference(document, [...operation, 'responses', String(response.status)]);
  const documented = at(document, pointer) as DocumentedResponse | undefined;
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
  const steps = path.split('/');
  const templates = Object.keys(document.paths).filter((template) => {
    const wanted = template.split('/');
    return (
      wanted.length === steps.length &&
      wanted.every((step, i) => (step.startsWith('{') ? steps[i] !== '' : step === steps[i]))
    );
  });
  const [best] = templates.sort((a, b) => a.split('{').length - b.split('{').length);
  return best && at(document, ['paths', best, method]) ? ['paths', best, method] : undefined;
}

const at = (value: unknown, pointer: string[]): unknown =>
  pointer.reduce<unknown>((inner, step) => (inner as Record<string, unknown> | undefined)?.[step], value);

const resolve = (document: Contract, value: object): unknown => {
  const { $ref } = value as { $ref?: string };
  return $ref ? at(document, segmentsOf($ref)) : value;
};

function dereference(document: Contract, pointer: string[]): string[] {
  const { $ref } = (at(document, pointer) ?? {}) as { $ref?: string };
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
