import { z } from 'zod';
import {
  withRule,
  type DomainError,
  type DomainErrorClass,
  type FieldError,
  type Kind,
} from '../../errors/domain-error';

/** The HTTP status of each kind of error. */
export const statusOf: Record<Kind, number> = {
  malformed: 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  'method-not-allowed': 405,
  conflict: 409,
  gone: 410,
  'precondition-failed': 412,
  'payload-too-large': 413,
  'unsupported-media-type': 415,
  'range-not-satisfiable': 416,
  invalid: 422,
  'precondition-required': 428,
  'too-many-requests': 429,
  'headers-too-large': 431,
  internal: 500,
  'not-implemented': 501,
  unavailable: 503,
};

export const problemContentType = 'application/problem+json';

const FieldProblem = z
  .strictObject({
    pointer: z.string().meta({ description: 'JSON Pointer into `{ body, query, path, header }` of the request' }),
    message: z.string().meta({ description: 'A sentence for people' }),
    rule: z.string().meta({ description: 'The name of the broken rule, which never changes' }),
  })
  .meta({
    id: 'FieldProblem',
    examples: [{ pointer: '/body/title', message: 'Must have at least 1 character', rule: 'min_length' }],
  });

/** The schema of every problem document (RFC 9457). It allows further members, because the schema of each error adds its own. */
export const Problem = z
  .looseObject({
    type: z.string().meta({ description: 'URI reference of the page that describes the code' }),
    title: z.string().meta({ description: 'The same for every occurrence of the code' }),
    status: z.int().min(400).max(599),
    code: z.string().meta({ description: 'Stable name of the error, for clients to switch on' }),
    detail: z.string().optional().meta({ description: 'Explains this occurrence to people' }),
    errors: z.array(FieldProblem).optional().meta({ description: 'The invalid parts of the request' }),
    traceId: z.string().meta({ description: 'Identifies the request in the logs' }),
  })
  .meta({ id: 'Problem', description: 'A problem detail (RFC 9457)' });

export type Problem = z.output<typeof Problem>;

export const problemUri = (code: string): string => `/docs/problems#${code}`;

export function problemOf(error: DomainError, traceId: string): Problem {
  return {
    type: problemUri(error.code),
    title: error.type.title,
    status: statusOf[error.kind],
    code: error.code,
    ...(error.detail === undefined ? {} : { detail: error.detail }),
    ...(error.errors ? { errors: error.errors } : {}),
    ...error.members,
    traceId,
  };
}

/** The example of an error in the documentation. */
export function exampleOf(type: DomainErrorClass): Problem {
  const { code, title, kind, example } = type;
  return {
    type: problemUri(code),
    title,
    status: statusOf[kind],
    code,
    ...example,
    ...(example.errors ? { errors: (example.errors as FieldError[]).map(withRule) } : {}),
    traceId: '0af7651916cd43dd8448eb211c80319c',
  };
}
