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
    const sorted = [...new Set(errors)].sort((left, right) => (left.code < right.code ? -1 : 1));
    const statuses = new Set(sorted.map((error) => statusOf[error.kind]));
    const responses: Record<string, Json> = {};
    for (const status of statuses)
      responses[status] = this.toResponse(sorted.filter((error) => statusOf[error.kind] === status));
    return responses;
  }

  private toResponse(group: DomainErrorClass[]): Json {
    for (const error of group) this.register(error);
    if (group.length > 2) return this.describe(group);
    // Responses with two errors are shared too, because every route may respond DATABASE_UNAVAILABLE or REQUEST_TIMEOUT.
    const name = group.map(nameOf).join('Or');
    this.responses[name] ??= this.describe(group);
    return { $ref: `#/components/responses/${name}` };
  }

  private describe(group: DomainErrorClass[]): Json {
    const schemas: Json[] = [];
    const mapping: Record<string, string> = {};
    const examples: Json = {};
    for (const error of group) {
      const schemaRef = `#/components/schemas/${nameOf(error)}`;
      schemas.push({ $ref: schemaRef });
      mapping[error.code] = schemaRef;
      examples[error.code] = { $ref: `#/components/examples/${nameOf(error)}` };
    }
    const oneOf = { oneOf: schemas, discriminator: { propertyName: 'code', mapping } };
    const schema = schemas.length === 1 ? schemas[0] : oneOf;
    return {
      description: group.map((error) => `\`${error.code}\`: ${error.title}`).join('\n\n'),
      headers: headersOf(statusOf[group[0]!.kind]),
      content: { [problemContentType]: { schema, examples } },
    };
  }

  private register(error: DomainErrorClass): void {
    const registered = this.errorsByCode.get(error.code);
    if (registered === error) return;
    if (registered) throw new Error(`${error.name} and ${registered.name} share the code ${error.code}`);
    this.errorsByCode.set(error.code, error);
    this.schemas.add(nameOf(error), this.schemaOf(error));
    this.examples[nameOf(error)] = { summary: error.title, value: exampleOf(error) };
  }

  /** The schema of one error. It adds the error's own members to the open schema `Problem` and allows no others. */
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

/** The name of the error's schema: COURSE_FULL becomes CourseFullProblem. */
function nameOf(error: DomainErrorClass): string {
  const words = error.code.toLowerCase().split('_');
  const capitalised = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${capitalised.join('')}Problem`;
}

function headersOf(status: number): Json {
  const names = ['X-Trace-Id'];
  if (status === 429 || status === 503) names.push('Retry-After');
  if (status === 401) names.push('WWW-Authenticate');
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
