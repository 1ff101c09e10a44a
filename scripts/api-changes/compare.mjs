import { differences, SchemaComparison } from './schema-changes.mjs';
import { METHODS, resolve } from '../../packages/client/generator/operations.mjs';

/** The changes from one OpenAPI document to another: `{ isBreaking, text }`, each once, in the order of the routes. */
export function compareDocuments(before, now) {
  const changes = new Map();
  const report = (isBreaking, place, text) => {
    const line = `${place} ${text}`;
    // What breaks in one place is breaking, although it is harmless in another.
    changes.set(line, { isBreaking: isBreaking || Boolean(changes.get(line)?.isBreaking), text: line });
  };
  const [old, current] = [operationsOf(before), operationsOf(now)];
  const problems = new ProblemChanges();
  const schemas = new SchemaComparison(before, now, report);
  const { added, removed, kept } = differences([...old.keys()], [...current.keys()]);
  for (const route of removed) report(true, route, 'is removed');
  for (const route of added) report(false, route, `is new (${current.get(route).operationId})`);
  for (const route of kept)
    new OperationComparison(route, { before, now, schemas, problems, report }).compare(
      old.get(route),
      current.get(route),
    );
  problems.report(report);
  return [...changes.values()];
}

function operationsOf(document) {
  const found = Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => [
      `${method.toUpperCase()} ${path.replace('/api/v1', '')}`,
      item[method],
    ]),
  );
  return new Map(found);
}

class OperationComparison {
  constructor(route, { before, now, schemas, problems, report }) {
    Object.assign(this, {
      route,
      before,
      now,
      schemas,
      problems,
      report: (isBreaking, text) => report(isBreaking, route, text),
    });
  }

  compare(old, current) {
    if (old.operationId !== current.operationId)
      this.report(true, `has the operationId ${current.operationId} instead of ${old.operationId}`);
    if (isPublic(old) && !isPublic(current)) this.report(true, 'needs a signed-in user');
    if (!isPublic(old) && isPublic(current)) this.report(false, 'needs no account');
    if (!old.deprecated && current.deprecated) this.report(false, 'is deprecated');
    this.#compareParameters(parametersOf(this.before, old), parametersOf(this.now, current));
    this.#compareBodies(old.requestBody, current.requestBody);
    this.#compareResponses(old.responses, current.responses);
  }

  #compareParameters(old, current) {
    const { added, removed, kept } = differences([...old.keys()], [...current.keys()]);
    for (const name of removed) this.report(true, `no longer takes ${name}`);
    for (const name of added) {
      const { required } = current.get(name);
      this.report(Boolean(required), `takes ${name}${required ? ', which is required' : ''}`);
    }
    for (const name of kept) {
      if (!old.get(name).required && current.get(name).required) this.report(true, `requires ${name}`);
      this.schemas.compare(old.get(name).schema, current.get(name).schema, 'request', `${this.route} ${name}`);
    }
  }

  #compareBodies(old, current) {
    if (old && !current) return this.report(true, 'takes no body any more');
    if (!current) return undefined;
    if (current.required && !old?.required) this.report(true, 'requires a body');
    if (old) this.#compareContents(old.content, current.content, 'request', 'body');
    return undefined;
  }

  #compareResponses(old, current) {
    const successes = (responses) => Object.keys(responses).filter((status) => status.startsWith('2'));
    const { added, removed, kept } = differences(successes(old), successes(current));
    for (const status of removed) this.report(true, `no longer responds with ${status}`);
    for (const status of added) this.report(true, `responds with ${status}`);
    for (const status of kept) {
      const [was, is] = [resolve(this.before, old[status]), resolve(this.now, current[status])];
      this.#compareContents(was.content ?? {}, is.content ?? {}, 'response', 'response');
    }
    this.problems.compare(this.route, problemsOf(this.before, old), problemsOf(this.now, current));
  }

  #compareContents(old, current, direction, name) {
    const { added, removed, kept } = differences(Object.keys(old), Object.keys(current));
    for (const type of removed) this.report(true, `has no ${name} of type ${type} any more`);
    for (const type of added) this.report(false, `has a ${name} of type ${type}`);
    for (const type of kept.filter((each) => !isUntypedStream(each, old[each])))
      this.schemas.compare(old[type].schema, current[type].schema, direction, `${this.route} ${name}`);
  }
}

const isPublic = ({ security }) =>
  security !== undefined && (security.length === 0 || security.some((each) => Object.keys(each).length === 0));

const parametersOf = (document, { parameters = [] }) =>
  new Map(parameters.map((each) => resolve(document, each)).map((each) => [`${each.in} ${each.name}`, each]));

/** A stream whose events had no type can get one without a change of the stream. */
const isUntypedStream = (type, { schema }) => type === 'text/event-stream' && schema.type === 'string';

/** A change of a problem is often one of many routes, so the routes are listed behind it. */
class ProblemChanges {
  #routes = new Map();

  compare(route, old, current) {
    const { added, removed, kept } = differences([...old.keys()], [...current.keys()]);
    for (const code of added) this.#add(route, `can be the problem of more routes`, code);
    for (const code of removed) this.#add(route, `is no longer the problem of some routes`, code);
    for (const code of kept)
      if (old.get(code) !== current.get(code))
        this.#add(route, `has the status ${current.get(code)} instead of ${old.get(code)}`, code, true);
  }

  #add(route, text, code, isBreaking = false) {
    const key = `${code} ${text}`;
    const change = this.#routes.get(key) ?? { isBreaking, code, text, routes: [] };
    this.#routes.set(key, { ...change, routes: [...change.routes, route] });
  }

  report(report) {
    for (const { isBreaking, code, text, routes } of this.#routes.values())
      report(isBreaking, code, `${text}: ${routes.join(', ')}`);
  }
}

/** The status of each problem by its code. */
function problemsOf(document, responses) {
  const found = Object.entries(responses).flatMap(([status, response]) => {
    const schema = resolve(document, response).content?.['application/problem+json']?.schema;
    const problems = schema ? (schema.oneOf ?? [schema]) : [];
    return problems.map((problem) => [resolve(document, problem).properties?.code?.const, status]);
  });
  return new Map(found);
}
