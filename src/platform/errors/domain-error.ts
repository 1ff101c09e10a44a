import type { z } from 'zod';

/** What went wrong, in the caller's terms; `http/problem.ts` holds the one table from kind to HTTP status. */
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
  | 'precondition-required'
  | 'too-many-requests'
  | 'internal'
  | 'unavailable';

/** One wrong part of a request. `pointer` is a JSON Pointer into `{ body, query, path, header }`: `/body/lessons/0/title`. */
export interface FieldError {
  pointer: string;
  message: string;
}

export interface DomainErrorOptions {
  /** Extension members of the problem (RFC 9457 § 3.2), named in `static members`. */
  members?: Record<string, unknown>;
  errors?: FieldError[];
  retryAfterSeconds?: number;
  cause?: unknown;
}

/**
 * A refusal the caller can act on. `code` is the stable name clients switch on: never rename one.
 * `detail` explains this occurrence and may change freely.
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
  /** A password was wrong, or a name was asked for that somebody has: counts against the caller's network where a route says so. */
  static isGuess = false;
  /** The shape of the extension members, for the documentation. */
  static members: z.ZodRawShape = {};
  /** What the documentation shows: `{ detail, ...members }`. */
  static example: Record<string, unknown> = {};

  readonly members: Record<string, unknown>;
  readonly errors: FieldError[] | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    readonly detail?: string,
    options: DomainErrorOptions = {},
  ) {
    super(detail ?? new.target.title, { cause: options.cause });
    this.name = new.target.name;
    this.members = options.members ?? {};
    this.errors = options.errors;
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
