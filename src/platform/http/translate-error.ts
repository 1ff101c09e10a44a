import { HttpException } from '@nestjs/common';
import { Forbidden, Unauthenticated } from '../errors/access.errors';
import { DomainError } from '../errors/domain-error';
import { RequestTimedOut, Stopping } from '../errors/unavailable.errors';
import {
  BodyTooLarge,
  InternalError,
  MalformedRequest,
  RateLimited,
  RouteNotFound,
  UnsupportedMediaType,
  ValidationFailed,
} from './http.errors';

/** Fastify's own refusals, by its error codes. */
const fromFastify: Record<string, () => DomainError> = {
  FST_ERR_CTP_BODY_TOO_LARGE: () => new BodyTooLarge(),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () => new UnsupportedMediaType('Send application/json.'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () => new MalformedRequest('Content-Length does not match the body.'),
  FST_ERR_HANDLER_TIMEOUT: () => new RequestTimedOut(),
  FST_ERR_BAD_URL: () => new MalformedRequest('The address holds a broken percent-encoding.'),
  // The router gives up on a parameter before any schema sees it: to the caller it is one more wrong parameter.
  FST_ERR_MAX_PARAM_LENGTH: () => new ValidationFailed([{ pointer: '/path', message: 'Too long' }]),
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

/** Every error as a DomainError. What we do not know is INTERNAL and says nothing of its cause. */
export function translate(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  // Nest wraps what Fastify throws and keeps the original as the cause.
  if (error instanceof HttpException && error.cause) {
    const translated = translate(error.cause);
    if (!(translated instanceof InternalError)) return translated;
  }
  const { code, statusCode } = (error ?? {}) as { code?: string; statusCode?: number };
  const isFastifys = code?.startsWith('FST_') || isBrokenOff(error);
  const status = error instanceof HttpException ? error.getStatus() : isFastifys ? statusCode : undefined;
  const known = fromFastify[code ?? ''] ?? fromStatus[status ?? 500];
  if (known) return known();
  return status && status < 500 ? new MalformedRequest() : new InternalError(undefined, { cause: error });
}

/** The caller went away in the middle of the body: Fastify gives the socket's error the status 400. No defect of ours. */
function isBrokenOff(error: unknown): boolean {
  return error instanceof Error && error.message === 'aborted';
}
