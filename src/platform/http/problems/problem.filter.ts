import { ArgumentsHost, Catch, ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { DomainError, Kind } from '../../errors/domain-error';
import { InternalError, MethodNotAllowed, RouteNotFound } from './http.errors';
import { markAsGuess } from '../limits/network-limits';
import { setLogProblem } from '../server/log';
import { problemContentType, problemOf, statusOf } from './problem';
import { translate } from './translate-error';

/** Errors of these kinds send Retry-After, so that clients wait before they retry. */
const retryableKinds = new Set<Kind>(['too-many-requests', 'unavailable']);

/** Sends every error of every route as a problem document (RFC 9457). */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  /** `toMissingRouteError` distinguishes an unknown path from an unsupported method, because the router reports both as not found. */
  constructor(private readonly toMissingRouteError: (request: FastifyRequest) => DomainError) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const translated = translate(exception);
    const error = translated instanceof RouteNotFound ? this.toMissingRouteError(request) : translated;
    log(request, error, exception);
    sendProblem(request, http.getResponse<FastifyReply>(), error);
  }
}

export function sendProblem(request: FastifyRequest, reply: FastifyReply, error: DomainError): void {
  // A stream that fails after its beginning has already sent its status, so the failure is signalled by closing the connection.
  if (reply.sent || reply.raw.headersSent) return void reply.raw.destroy();
  if (error.type.isGuess) markAsGuess(request);
  setLogProblem(request, error.code);
  if (retryableKinds.has(error.kind)) reply.header('retry-after', error.retryAfterSeconds ?? 5);
  if (error instanceof MethodNotAllowed) reply.header('allow', error.allowed.join(', '));
  if (error.kind === 'unauthenticated') reply.header('www-authenticate', 'Bearer');
  reply
    .removeHeader('content-length')
    .status(statusOf[error.kind])
    .header('cache-control', 'no-store')
    .type(problemContentType)
    .serializer(JSON.stringify)
    .send(problemOf(error, request.id));
}

/** The trace id is written here too, because the timer of a deadline runs outside the scope of its request. */
function log({ id: traceId, log }: FastifyRequest, error: DomainError, exception: unknown): void {
  if (error instanceof InternalError) log.error({ traceId, err: exception }, 'Request failed with an internal error');
  else if (error.kind === 'unavailable') log.warn({ traceId, err: error.cause ?? exception }, error.message);
}
