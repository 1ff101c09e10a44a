import { z } from 'zod';
import type { DomainErrorClass } from '../../errors/domain-error';
import { exampleOf, Problem, problemContentType, problemUri, statusOf } from '../problems/problem';
import type { Json, Schemas } from './openapi-schemas';

/** The schemas, examples and shared responses of the errors in the document. */
export class Problems {
  readonly responses: Record<string, Json> = {};
  readonly examples: Record<string, Json> = {};
  private readonly errorsByCode = new Map<string, DomainErrorClass>();

  constructor(private readonly schemas: Schemas) {}

  /** Returns the responses of these errors by status. */
  byStatus(errors: DomainErrorClass[]): Record<string, Json> {
    const sorted = [...new Set(errors)].sort((a, b) => (a.code < b.code ? -1 : 1));
    const statuses = [...new Set(sorted.map((error) => statusOf[error.kind]))];
    const groupOf = (status: number): DomainErrorClass[] => sorted.filter((error) => statusOf[error.kind] === status);
    return Object.fromEntries(statuses.map((status) => [String(status), this.response(groupOf(status))]));
  }

  private response(group: DomainErrorClass[]): Json {
    for (const error of group) this.register(error);
    if (group.length > 2) return this.describe(group);
    // Pairs are shared too, because every route may respond DATABASE_UNAVAILABLE or REQUEST_TIMEOUT.
    const name = group.map(nameOf).join('Or');
    this.responses[name] ??= this.describe(group);
    return { $ref: `#/components/responses/${name}` };
  }

  private describe(group: DomainErrorClass[]): Json {
    const refs = group.map((error) => ({ $ref: `#/components/schemas/${nameOf(error)}` }));
    const mapping = Object.fromEntries(group.map((error, i) => [error.code, refs[i]!.$ref]));
    const schema = refs.length === 1 ? refs[0]! : { oneOf: refs, discriminator: { propertyName: 'code', mapping } };
    const examples = Object.fromEntries(
      group.map((error) => [error.code, { $ref: `#/components/examples/${nameOf(error)}` }]),
    );
    return {
      description: group.map((error) => `\`${error.code}\`: ${error.title}`).join('\n\n'),
      headers: headersOf(statusOf[group[0]!.kind]),
      content: { [problemContentType]: { schema, examples } },
    };
  }

  private register(error: DomainErrorClass): void {
    const other = this.errorsByCode.get(error.code);
    if (other && other !== error) throw new Error(`${error.name} and ${other.name} share the code ${error.code}`);
    if (other) return;
    this.errorsByCode.set(error.code, error);
    this.schemas.add(nameOf(error), this.schemaOf(error));
    this.examples[nameOf(error)] = { summary: error.title, value: exampleOf(error) };
  }

  /** Closes the schema after adding the error's own members. `Problem` itself is open so that they can be added. */
  private schemaOf(error: DomainErrorClass): Json {
    const members = this.schemas.of(z.object(error.members), 'output') as { properties?: Json; required?: string[] };
    return {
      description: error.title,
      allOf: [this.schemas.of(Problem, 'output')],
      properties: {
        type: { const: problemUri(error.code) },
        status: { const: statusOf[error.kind] },
        code: { const: error.code },
        ...members.properties,
      },
      ...(members.required?.length ? { required: members.required } : {}),
      unevaluatedProperties: false,
      examples: [exampleOf(error)],
    };
  }
}

/** COURSE_FULL becomes CourseFullProblem. */
const nameOf = (error: DomainErrorClass): string =>
  `${error.code.toLowerCase().replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase())}Problem`;

function headersOf(status: number): Json {
  const names = ['X-Trace-Id'];
  if (status === 429 || status === 503) names.push('Retry-After');
  if (status === 401) names.push('WWW-Authenticate');
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
