import type { z } from 'zod';

/** The kind of an error. `http/problem.ts` maps each kind to an HTTP status. */
export type Kind =
  | 'malformed'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'method-not-allowed'
  | 'conflict'
  | 'gone'
  | 'precondition-failed'
  | 'payload-too-large'
  | 'unsupported-media-type'
  | 'invalid'
  | 'range-not-satisfiable'
  | 'precondition-required'
  | 'too-many-requests'
  | 'headers-too-large'
  | 'internal'
  | 'not-implemented'
  | 'unavailable';

/** One invalid part of a request. `pointer` is a JSON Pointer into `{ body, query, path, header }`: `/body/lessons/0/title`. */
export interface FieldError {
  pointer: string;
  /** A sentence for people. */
  message: string;
  /** The name of the broken rule, which never changes. Default: `invalid`. */
  rule?: string;
}

export const withRule = (error: FieldError): Required<FieldError> => ({ rule: 'invalid', ...error });

interface DomainErrorOptions {
  /** Extension members of the problem (RFC 9457 § 3.2), named in `static members`. */
  members?: Record<string, unknown>;
  errors?: FieldError[];
  retryAfterSeconds?: number;
  cause?: unknown;
}

/**
 * An error that is sent to the caller. Programs of clients compare `code`, so a code never changes. `detail` explains this
 * occurrence, and its text may change.
 *
 *     export class CourseFull extends DomainError {
 *       static override code = 'COURSE_FULL';
 *       static override kind = 'conflict' as const;
 *       static override title = 'The course is full';
 *     }
 */
export abstract class DomainError extends Error {
  static code: string;
  static kind: Kind;
  static title: string;
  /** True if the caller may be guessing passwords or user names. On rate-limited routes such errors are counted for the caller's network. */
  static isGuess = false;
  /** The schema of the extension members, for the documentation. */
  static members: z.ZodRawShape = {};
  /** The example in the documentation: `{ detail, ...members }`. */
  static example: Record<string, unknown> = {};

  readonly members: Record<string, unknown>;
  readonly errors: Required<FieldError>[] | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    readonly detail?: string,
    options: DomainErrorOptions = {},
  ) {
    super(detail ?? new.target.title, { cause: options.cause });
    this.name = new.target.name;
    this.members = options.members ?? {};
    this.errors = options.errors?.map(withRule);
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  get type(): DomainErrorClass {
    return this.constructor as unknown as DomainErrorClass;
  }

  get code(): string {
    return this.type.code;
  }

  get kind(): Kind {
    return this.type.kind;
  }
}

/** A subclass of DomainError, as a value. */
export interface DomainErrorClass {
  readonly name: string;
  readonly prototype: DomainError;
  readonly code: string;
  readonly kind: Kind;
  readonly title: string;
  readonly isGuess: boolean;
  readonly members: z.ZodRawShape;
  readonly example: Record<string, unknown>;
}
