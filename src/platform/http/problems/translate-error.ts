import { HttpException } from '@nestjs/common';
import { Forbidden, Unauthenticated } from '../../errors/access.errors';
import { DomainError } from '../../errors/domain-error';
import { Stopping } from '../../errors/unavailable.errors';
import { isAbortedBody } from '../../internals/node-aborted-body';
import {
  BodyTooLarge,
  InternalError,
  MalformedRequest,
  RateLimited,
  RouteNotFound,
  UnsupportedMediaType,
  ValidationFailed,
} from './http.errors';

/** Fastify's own errors by their codes. */
const fromFastify: Record<string, () => DomainError> = {
  FST_ERR_CTP_BODY_TOO_LARGE: () => new BodyTooLarge(),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () => new UnsupportedMediaType('Send application/json.'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () => new MalformedRequest('Content-Length does not match the body.'),
  FST_ERR_BAD_URL: () => new MalformedRequest('The address contains an invalid percent-encoding.'),
  // The router refuses a long parameter before its schema is checked, but for the caller it is an invalid parameter like others.
  FST_ERR_MAX_PARAM_LENGTH: () => new ValidationFailed([{ pointer: '/path', message: 'Too long', rule: 'max_length' }]),
};

const fromStatus: Record<number, () => DomainError> = {
  400: () => new MalformedRequest(),
  401: () => new Unauthenticated(),
  403: () => new Forbidden(),
  404: () => new RouteNotFound(),
  413: () => new BodyTooLarge(),
  415: () => new UnsupportedMediaType('Send application/json.'),
  429: () => new RateLimited(60),
  503: () => new Stopping(),
};

/** Converts every error into a DomainError. An unknown error becomes INTERNAL and does not reveal its cause. */
export function translate(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  // Nest wraps what Fastify throws and keeps the original as the cause.
  if (error instanceof HttpException && error.cause) {
    const translated = translate(error.cause);
    if (!(translated instanceof InternalError)) return translated;
  }
  const code = (error as { code?: string } | null | undefined)?.code ?? '';
  const status = httpStatusOf(error, code);
  const createError = fromFastify[code] ?? fromStatus[status ?? 500];
  if (createError) return createError();
  return status && status < 500 ? new MalformedRequest() : new InternalError(undefined, { cause: error });
}

/** The status that Nest or Fastify gave the error; undefined for an error of other code, even if it has a `statusCode`. */
function httpStatusOf(error: unknown, code: string): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  const isFromFastify = code.startsWith('FST_') || isAbortedBody(error);
  return isFromFastify ? (error as { statusCode?: number }).statusCode : undefined;
}
