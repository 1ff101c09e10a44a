import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

interface Header {
  required?: boolean;
}

interface Response {
  headers?: Record<string, Header>;
  content?: Record<string, { schema?: object }>;
}

/** What of an OpenAPI document is read here. */
export interface Contract {
  paths: Record<string, unknown>;
  components?: unknown;
}

export interface Answer {
  method: string;
  url: string;
  status: number;
  headers: Record<string, string | string[] | number | undefined>;
  /** Parsed where it is JSON; undefined where there is none. */
  body: unknown;
}

/** Pages for people, and the document itself: not operations. */
const undocumented = /^\/(?:(?:docs|operations)(?:\/.*)?|openapi\.json)$/;

/** Throws when an answer is not one the document promises: its status, its media type, its headers, every member of its body. */
export function validateAnswer(document: Contract, answer: Answer): void {
  const { method, url, status } = answer;
  const path = url.split(/[?#]/, 1)[0]!;
  if (method === 'OPTIONS' || undocumented.test(path)) return;
  const fault = faultOf(document, { ...answer, method: method.toUpperCase() }, path);
  if (fault)
    throw new Error(
      `${method} ${path} answered ${status}, against openapi.json: ${fault}\n${JSON.stringify(answer.body)?.slice(0, 2_000)}`,
    );
}

/** Whether a request of this route is refused without an Idempotency-Key. */
export function wantsKey(document: Contract, method: string, url: string): boolean {
  const operation = operationOf(document, method.toLowerCase(), url.split(/[?#]/, 1)[0]!);
  const { parameters = [] } =
    ((operation && at(document, operation)) as { parameters?: { $ref?: string }[] } | undefined) ?? {};
  return parameters.some(({ $ref }) => $ref?.endsWith('/Idempotency-Key-Required'));
}

function faultOf(document: Contract, answer: Answer, path: string): string | undefined {
  const operation = operationOf(document, answer.method === 'HEAD' ? 'get' : answer.method.toLowerCase(), path);
  if (!operation) return faultOfUnknownRoute(document, answer);
  // Documented for clients, but never promised: an answer 500 is a defect wherever it comes from.
  if (answer.status === 500) return 'a defect of ours';
  const pointer = dereference(document, [...operation, 'responses', String(answer.status)]);
  const response = at(document, pointer) as Response | undefined;
  if (!response) return 'this status is not documented';
  return faultOfHeaders(document, response, answer) ?? faultOfBody(document, response, pointer, answer);
}

function faultOfUnknownRoute(document: Contract, { status, body }: Answer): string | undefined {
  if (status !== 404 && status !== 405) return 'this route is not documented';
  return faultOfJson(document, ['components', 'schemas', 'Problem'], body);
}

function faultOfHeaders(document: Contract, response: Response, { headers }: Answer): string | undefined {
  const missing = Object.entries(response.headers ?? {}).filter(([name, header]) => {
    const { required } = resolve(document, header) as Header;
    return required && headers[name.toLowerCase()] === undefined;
  });
  return missing.length > 0 ? `missing headers: ${missing.map(([name]) => name).join(', ')}` : undefined;
}

function faultOfBody(document: Contract, response: Response, pointer: string[], answer: Answer): string | undefined {
  if (answer.method === 'HEAD') return undefined;
  if (!response.content) return answer.body === undefined ? undefined : 'a body where none is documented';
  const type = String(answer.headers['content-type'] ?? '')
    .split(';', 1)[0]!
    .trim();
  if (!response.content[type])
    return `media type ${type || 'none'} instead of ${Object.keys(response.content).join(' or ')}`;
  if (!/[/+]json$/.test(type)) return undefined;
  return faultOfJson(document, [...pointer, 'content', type, 'schema'], answer.body);
}

function faultOfJson(document: Contract, pointer: string[], body: unknown): string | undefined {
  const validate = validatorOf(document, pointer);
  if (validate(body)) return undefined;
  return (validate.errors ?? [])
    .map(({ instancePath, message, params }) => `${instancePath || '/'} ${message} ${JSON.stringify(params)}`)
    .join('; ');
}

/** The pointer of the operation an address belongs to; a literal step wins over a parameter, as in the router. */
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
  return $ref ? at(document, stepsOf($ref)) : value;
};

function dereference(document: Contract, pointer: string[]): string[] {
  const { $ref } = (at(document, pointer) ?? {}) as { $ref?: string };
  return $ref ? stepsOf($ref) : pointer;
}

const stepsOf = (ref: string): string[] =>
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
