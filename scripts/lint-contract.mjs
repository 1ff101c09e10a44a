// A rule of Spectral has the member `then`.
/* oxlint-disable unicorn/no-thenable */
import { createConfig, lint } from '@redocly/openapi-core';
import spectralCore from '@stoplight/spectral-core';
import spectralFunctions from '@stoplight/spectral-functions';
import parsers from '@stoplight/spectral-parsers';
import spectralRulesets from '@stoplight/spectral-rulesets';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './install.mjs';

/**
 * `node scripts/lint-contract.mjs [FILE]` checks `openapi.json` with the recommended rules of Redocly, all OpenAPI rules of
 * Spectral, and the rules below, which say what a client of this API may rely on.
 */
const { pattern, truthy, defined } = spectralFunctions;
const severity = 'error';

/** The verbs of operations that only read. Pages begin with `list`. */
const readVerbs = 'list|get|count|check|explain|stream|find|export';
const isProblem = /Problem$/;

const fail = (message) => [{ message }];

/** A part without a type, such as `{ required: ['role'] }`, only restricts an object. */
function needsDiscriminator(union, _options, { path: steps }) {
  const schemas = union.filter(({ $ref, type }) => type === 'object' || $ref);
  const parent = steps.slice(0, -1);
  // The kind of an answer key is that of its question.
  if (['AnswerKey', 'NewQuestionKeys'].includes(parent[2])) return undefined;
  // The field `event` beside the data of an event is its tag.
  if (parent[2] === 'NotificationStreamEvent') return undefined;
  return schemas.length > 1 ? fail(`Objects in ${parent.join('.')} need a discriminator`) : undefined;
}

/** An enum outside the components has no name in a generated client. Problems have their own names. */
function isNamed(_values, _options, { path: steps }) {
  const isComponent = steps.length === 4 && steps[0] === 'components' && steps[1] === 'schemas';
  const isOfProblem = steps[1] === 'schemas' && isProblem.test(steps[2]);
  return isComponent || isOfProblem ? undefined : fail('An enum is named by namedEnum(…)');
}

function hasLimits(schema) {
  const missing = ['format', 'minimum', 'maximum'].filter((key) => schema[key] === undefined);
  if (schema.enum || schema.const !== undefined || schema.exclusiveMinimum !== undefined) return undefined;
  return missing.length > 0 ? fail(`An integer needs ${missing.join(', ')}`) : undefined;
}

/** Every operation says who may send it. Those that respond FORBIDDEN must not say "every person". */
function saysWhoMay(operation) {
  const sentence = /\bFor ([^.]+)\./.exec(operation.description ?? '')?.[1];
  if (!sentence) return fail('The description does not say who may send the request (`access` of @Route)');
  const forbidden = JSON.stringify(operation.responses?.['403'] ?? '').includes('FORBIDDEN');
  const isOpen = /^every person who is signed in$/.test(sentence);
  return forbidden && isOpen ? fail('Responds FORBIDDEN, but `access` of @Route does not say to whom') : undefined;
}

function pagesAreLists(operation) {
  const schema = JSON.stringify(operation.responses?.['200']?.content ?? '');
  const isPage = /schemas\/\w+Page"/.test(schema);
  return isPage && !operation.operationId.startsWith('list') ? fail('A page is read by list…') : undefined;
}

const ruleset = {
  extends: [[spectralRulesets.oas, 'all']],
  rules: {
    // The tags are in the order of a reader: from the account to the operations.
    'openapi-tags-alphabetical': 'off',
    // The school that runs the server is the contact, and this document is the same for all schools.
    'contact-properties': 'off',
    'operation-id-grammar': {
      severity,
      message: 'operationId is a verb and a noun in camelCase: {{value}}',
      given: '$.paths[*][*].operationId',
      then: { function: pattern, functionOptions: { match: '^[a-z]+([A-Z][a-z0-9]*)*$' } },
    },
    'operation-id-of-a-read': {
      severity,
      message: `A GET begins with ${readVerbs}: {{value}}`,
      given: '$.paths[*].get.operationId',
      then: { function: pattern, functionOptions: { match: `^(${readVerbs})[A-Z]` } },
    },
    'page-is-a-list': { severity, resolved: false, given: '$.paths[*].get', then: { function: pagesAreLists } },
    'operation-says-who-may': { severity, given: '$.paths[*][*]', then: { function: saysWhoMay } },
    'enum-has-a-name': { severity, resolved: false, given: '$..[?(@ && @.enum)].enum', then: { function: isNamed } },
    'integer-has-format-and-limits': {
      severity,
      resolved: false,
      given: "$..[?(@ && @.type === 'integer')]",
      then: { function: hasLimits },
    },
    'union-has-a-discriminator': {
      severity,
      resolved: false,
      given: '$..[?(@ && (@.oneOf || @.anyOf) && !@.discriminator)][oneOf,anyOf]',
      then: { function: needsDiscriminator },
    },
    'header-has-a-type': {
      severity,
      given: '$.components.headers[*].schema',
      then: { field: 'type', function: truthy },
    },
    'created-has-a-location': {
      severity,
      given: "$.paths[*].post.responses['201'].headers",
      then: { field: 'Location', function: defined },
    },
  },
};

async function spectralFaults(file) {
  const spectral = new spectralCore.Spectral();
  spectral.setRuleset(ruleset);
  const found = await spectral.run(new spectralCore.Document(readFileSync(file, 'utf8'), parsers.Json, file));
  return found.map(({ code, path: steps, message }) => `${code} at ${steps.join('.')}: ${message}`);
}

async function redoclyFaults(file) {
  const found = await lint({ ref: file, config: await createConfig({ extends: ['recommended'] }) });
  return found.map(({ ruleId, location: [place], message }) => `redocly ${ruleId} at ${place?.pointer}: ${message}`);
}

/** Lints the document. @returns one line for each fault */
export async function lintContract(file) {
  const faults = await Promise.all([spectralFaults(file), redoclyFaults(file)]);
  return faults.flat();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = path.resolve(root, process.argv[2] ?? 'openapi.json');
  const faults = await lintContract(file);
  for (const fault of faults) console.error(fault);
  console.log(faults.length === 0 ? 'openapi.json: no faults' : `${faults.length} faults`);
  process.exitCode = faults.length > 0 ? 1 : 0;
}
