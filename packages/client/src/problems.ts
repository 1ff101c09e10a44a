import type { Problem } from './generated/schemas.ts';
import type { Operations } from './generated/operations.ts';

/** No response arrived: no connection, a connection that broke, or no answer in time. The change may have been made. */
export interface NoResponseProblem {
  code: 'NO_RESPONSE';
  status: 0;
  title: string;
  detail: string;
}

/** A response that the operation does not document, such as the page of a proxy or a problem of a newer server. */
export interface UnexpectedResponseProblem {
  code: 'UNEXPECTED_RESPONSE';
  status: number;
  title: string;
  detail: string;
  /** The body: parsed if it is JSON, otherwise as text. */
  received: unknown;
}

/** The problems that the client itself reports. Every operation can have them. */
export type ClientProblem = NoResponseProblem | UnexpectedResponseProblem;

export type AnyProblem = Operations[keyof Operations]['problem'] | ClientProblem;

/** Thrown by every operation that fails. `problem.code` says why. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: AnyProblem;
  /** Undefined if no response arrived. */
  readonly response: Response | undefined;
  /** The key that was sent. Pass it to the next call if the user repeats the same action. */
  readonly idempotencyKey: string | undefined;

  constructor(
    problem: AnyProblem,
    context: { response?: Response; idempotencyKey?: string | undefined; cause?: unknown },
  ) {
    super(`${problem.code}: ${problem.detail ?? problem.title}`, { cause: context.cause });
    this.problem = problem;
    this.response = context.response;
    this.idempotencyKey = context.idempotencyKey;
  }

  get code(): AnyProblem['code'] {
    return this.problem.code;
  }
}

export function noResponse(cause: unknown): NoResponseProblem {
  const detail = cause instanceof Error ? cause.message : String(cause);
  return { code: 'NO_RESPONSE', status: 0, title: 'No response arrived', detail };
}

/** The problem in a response, if it is one that the operation documents. */
export function readProblem(response: Response, text: string, codes: readonly string[]): AnyProblem {
  const received = parseJson(text);
  const { code, title } = (received ?? {}) as Partial<Problem>;
  if (code !== undefined && codes.includes(code)) return received as AnyProblem;
  const detail = `The operation does not document this response (${response.status} ${code ?? response.statusText})`;
  return {
    code: 'UNEXPECTED_RESPONSE',
    status: response.status,
    title: title ?? 'Unexpected response',
    detail,
    received,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
