import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './install.mjs';
import { METHODS, resolve } from '../packages/client/generator/operations.mjs';

/** `node scripts/bruno.mjs` writes the Bruno collection from `openapi.json`; `--check` fails if the committed one is out of date. */
const folder = path.join(root, 'packages/bruno');
const demoSchool = { baseUrl: 'http://localhost:3000', login: 'aisha', password: 'six-pigments-2-brushes' };

/** The files of the collection by their path. The requests of a folder have the order of the document. */
function collectionOf(document) {
  const requests = Object.entries(document.paths).flatMap(([route, item]) =>
    METHODS.filter((method) => item[method]).map((method) => ({ method, route, operation: item[method] })),
  );
  const files = requests.map(({ method, route, operation }) => {
    const tag = tagOf(operation);
    const seq = requests
      .filter((other) => tagOf(other.operation) === tag)
      .findIndex((other) => other.operation === operation);
    return [`${tag}/${operation.operationId}.bru`, requestFile(document, { method, route, operation, seq: seq + 1 })];
  });
  return { ...fixedFiles(document), ...Object.fromEntries(files) };
}

const tagOf = ({ tags }) => tags?.[0] ?? 'Other';

const fixedFiles = ({ info }) => ({
  'bruno.json': `${JSON.stringify({ version: '1', name: info.title, type: 'collection', ignore: [] }, null, 2)}\n`,
  'collection.bru': blocks(['auth', ['mode: bearer']], ['auth:bearer', ['token: {{accessToken}}']]),
  'environments/Demo school.bru': blocks([
    'vars',
    Object.entries(demoSchool).map(([name, value]) => `${name}: ${value}`),
  ]),
});

function requestFile(document, { method, route, operation, seq }) {
  const parameters = (operation.parameters ?? []).map((each) => resolve(document, each));
  const inPlace = (place) => parameters.filter(({ in: where }) => where === place);
  const body = exampleBody(document, operation.requestBody);
  const url = `{{baseUrl}}${route.replaceAll(/\{(\w+)\}/g, ':$1')}`;
  const auth = operation.security?.length === 0 ? 'none' : 'inherit';
  return blocks(
    ['meta', [`name: ${operation.summary ?? operation.operationId}`, 'type: http', `seq: ${seq}`]],
    [method, [`url: ${url}`, `body: ${body === undefined ? 'none' : 'json'}`, `auth: ${auth}`]],
    ['params:query', inPlace('query').map((each) => `${each.required ? '' : '~'}${each.name}: ${exampleOf(each)}`)],
    ['params:path', inPlace('path').map((each) => `${each.name}: ${exampleOf(each)}`)],
    ['headers', inPlace('header').map(headerLine)],
    ['body:json', body === undefined ? [] : JSON.stringify(body, null, 2).split('\n')],
    ['script:post-response', tokenScript(document, operation)],
    ['docs', (operation.description ?? '').split('\n').filter(Boolean)],
  );
}

const blocks = (...named) =>
  named
    .filter(([, lines]) => lines.length > 0)
    .map(([name, lines]) => `${name} {\n${lines.map((line) => `  ${line}`).join('\n')}\n}\n`)
    .join('\n');

/** A disabled line (`~`) shows what may be sent. A key is sent, because a request without it would be refused. */
function headerLine({ name, required }) {
  if (name === 'Idempotency-Key') return `${name}: {{$randomUUID}}`;
  return `${required ? '' : '~'}${name}: `;
}

const exampleOf = ({ schema, example }) =>
  String(example ?? schema.example ?? schema.default ?? schema.enum?.[0] ?? (schema.type === 'integer' ? 1 : ''));

/** The example of the schema. A sign-in takes the user of the environment, and a refresh the token of the last sign-in. */
function exampleBody(document, requestBody) {
  const schema = resolve(document, requestBody?.content['application/json']?.schema ?? {});
  if (!schema.type && !schema.oneOf) return undefined;
  const example = schema.examples?.[0] ?? {};
  if ('refreshToken' in example) return { ...example, refreshToken: '{{refreshToken}}' };
  return 'login' in example ? { ...example, login: '{{login}}', password: '{{password}}' } : example;
}

/** A response with tokens signs in: the other requests send its access token. */
function tokenScript(document, { responses }) {
  const success = responses[200] ?? responses[201];
  const schema = resolve(document, success?.content?.['application/json']?.schema ?? {});
  if (!schema.properties?.accessToken) return [];
  const names = ['accessToken', 'refreshToken'].filter((name) => schema.properties[name]);
  return names.map((name) => `if (res.body.${name}) bru.setVar('${name}', res.body.${name});`);
}

function committedFiles() {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const names = entries.map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
  return names.map((name) => name.replaceAll(path.sep, '/')).filter((name) => name !== 'README.md');
}

function writeCollection(files) {
  for (const name of committedFiles()) if (!(name in files)) rmSync(path.join(folder, name));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
}

/** The files that are missing, changed or left over. */
function outdatedFiles(files) {
  const isSame = (name) =>
    existsSync(path.join(folder, name)) && readFileSync(path.join(folder, name), 'utf8') === files[name];
  return [...new Set([...Object.keys(files), ...committedFiles()])].filter((name) => !isSame(name));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const files = collectionOf(JSON.parse(readFileSync(path.join(root, 'openapi.json'), 'utf8')));
  if (!process.argv.includes('--check')) writeCollection(files);
  else {
    const outdated = outdatedFiles(files);
    if (outdated.length > 0)
      console.error(`The Bruno collection is out of date: ${outdated.join(', ')}\nRun: node scripts/bruno.mjs`);
    process.exitCode = outdated.length > 0 ? 1 : 0;
  }
}
