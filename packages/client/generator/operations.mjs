import { commentOf, nameOf, typeOf } from './schemas.mjs';

export const METHODS = ['get', 'put', 'post', 'delete', 'patch'];
/** Headers that the client sends itself. A parameter in another header would need a decision, so the generator stops. */
const OWN_HEADERS = ['Idempotency-Key', 'If-Match', 'If-None-Match', 'Last-Event-ID'];
/** A client of the protocol tus sends these, such as tus-js-client. */
const TUS_HEADERS = ['Upload-Length', 'Upload-Metadata', 'Upload-Offset'];

/** Everything the client has to know about each operation: its types, and the facts that its run time needs. */
export function readOperations(document) {
  const found = Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => readOperation(document, method, path, item)),
  );
  const names = found.map(({ name }) => name);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated) throw new Error(`Two operations have the operationId ${repeated}`);
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function readOperation(document, method, path, item) {
  const operation = item[method];
  const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])].map((each) =>
    resolve(document, each),
  );
  const responses = Object.entries(operation.responses).map(([status, each]) => [status, resolve(document, each)]);
  const problems = problemsOf(responses);
  return {
    name: operation.operationId,
    comment: commentOf([operation.summary, operation.description, `\`${method.toUpperCase()} ${path}\``]),
    types: {
      arguments: argumentsOf(parameters, operation.requestBody, `${method} ${path}`),
      ...resultOf(document, parameters, responses),
      problem: problems.join(' | ') || 'never',
      ...(takes(parameters, 'Idempotency-Key') ? { takesKey: 'true' } : {}),
      ...(takes(parameters, 'If-Match') ? { isVersioned: 'true' } : {}),
    },
    facts: factsOf({ document, method, path, operation, parameters, responses, problems }),
  };
}

function factsOf({ document, method, path, operation, parameters, responses, problems }) {
  const success = successOf(responses);
  return {
    method: method.toUpperCase(),
    path,
    codes: problems.map((name) => codeOf(document, name)),
    ...(operation.security?.length === 0 ? { isPublic: true } : {}),
    ...(takes(parameters, 'Idempotency-Key') ? { takesKey: true } : {}),
    ...(takes(parameters, 'If-Match') ? { edits: versionedPath(document, path) } : {}),
    ...(isList(document, parameters, success) ? { pageSize: maxPageSize(parameters) } : {}),
    ...(success && mediaTypeOf(success) === 'text/event-stream' ? { isStream: true } : {}),
    ...(hasTokens(document, success) ? { returnsTokens: true } : {}),
  };
}

/** The path arguments, the query arguments and `body`, as one object type. */
function argumentsOf(parameters, requestBody, place) {
  const inHeader = parameters.find(
    ({ in: where, name }) => where === 'header' && ![...OWN_HEADERS, ...TUS_HEADERS].includes(name),
  );
  if (inHeader) throw new Error(`${place}: the client cannot send the header ${inHeader.name}`);
  const own = parameters.filter(({ in: where }) => where !== 'header');
  const names = [...own.map(({ name }) => name), ...(requestBody ? ['body'] : [])];
  if (new Set(names).size < names.length) throw new Error(`${place}: two arguments have the same name`);
  const lines = own.map(({ name, required, description, schema }) => {
    const comment = commentOf([description]).replace('\n', ' ');
    return `${comment}${name}${required ? '' : '?'}: ${typeOf(schema)}${required ? '' : ' | undefined'}`;
  });
  if (requestBody) lines.push(`body${requestBody.required ? '' : '?'}: ${bodyTypeOf(requestBody.content)}`);
  return lines.length === 0 ? '{}' : `{ ${lines.join('; ')} }`;
}

function bodyTypeOf(content) {
  if (content['multipart/form-data']) return 'FormData';
  return content['application/json'] ? typeOf(content['application/json'].schema) : 'Blob';
}

/** The type of the response: `result`, and `item` for a list with pages or `event` for a stream. */
function resultOf(document, parameters, responses) {
  const success = successOf(responses);
  if (!success) return { result: 'undefined' };
  const type = mediaTypeOf(success);
  const media = success.content[type];
  if (type === 'text/event-stream') return { result: 'never', event: eventTypeOf(media) };
  if (type.startsWith('text/')) return { result: 'string' };
  if (type !== 'application/json') return { result: 'Blob' };
  const result = typeOf(media.schema);
  return isList(document, parameters, success) ? { result, item: `${result}['data'][number]` } : { result };
}

/** `itemSchema` describes one event in OpenAPI 3.2. A document of 3.1 can only say that the whole stream is a text. */
function eventTypeOf({ itemSchema, schema }) {
  const described = itemSchema ?? schema;
  return described?.type === 'string' ? 'unknown' : typeOf(described);
}

const successOf = (responses) => responses.find(([status, { content }]) => status.startsWith('2') && content)?.[1];
const mediaTypeOf = ({ content }) => ('application/json' in content ? 'application/json' : Object.keys(content)[0]);
const takes = (parameters, header) => parameters.some(({ in: where, name }) => where === 'header' && name === header);
const maxPageSize = (parameters) => parameters.find(({ name }) => name === 'limit')?.schema.maximum ?? 0;

function isList(document, parameters, success) {
  const { data, page } = propertiesOf(document, success);
  return Boolean(data && page && parameters.some(({ name }) => name === 'cursor'));
}

function hasTokens(document, success) {
  const { accessToken, refreshToken } = propertiesOf(document, success);
  return Boolean(accessToken && refreshToken);
}

function propertiesOf(document, success) {
  const schema = resolve(document, success?.content['application/json']?.schema ?? {});
  return Object.assign(
    {},
    ...(schema.allOf ?? []).map((part) => resolve(document, part).properties),
    schema.properties,
  );
}

/** The names of the problems that the operation documents, sorted. */
function problemsOf(responses) {
  const schemas = responses.map(([, { content }]) => content?.['application/problem+json']?.schema).filter(Boolean);
  const names = schemas.flatMap((schema) => schema.oneOf ?? [schema]).map(({ $ref }) => nameOf($ref));
  return [...new Set(names)].sort((a, b) => (a < b ? -1 : 1));
}

const codeOf = (document, problem) => document.components.schemas[problem].properties.code.const;

/** The path of the resource whose version an edit checks: the longest beginning of the path that can be read with its ETag. */
function versionedPath(document, path) {
  const steps = path.split('/');
  const beginnings = steps.map((_, index) => steps.slice(0, steps.length - index).join('/'));
  const readable = beginnings.find((beginning) => isVersioned(document, document.paths[beginning]?.get));
  if (!readable) throw new Error(`${path} takes If-Match, but no resource above it can be read with an ETag`);
  return readable;
}

const isVersioned = (document, operation) =>
  takes(
    (operation?.parameters ?? []).map((each) => resolve(document, each)),
    'If-None-Match',
  );

export function resolve(document, value) {
  if (!value.$ref) return value;
  return value.$ref
    .slice(2)
    .split('/')
    .reduce((member, step) => member[step], document);
}
