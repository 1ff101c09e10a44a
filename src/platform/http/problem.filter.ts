import { ArgumentsHost, Catch, ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { DomainError, Kind } from '../errors/domain-error';
import { InternalError, MethodNotAllowed, RouteNotFound } from './http.errors';
import { noteGuess } from './network-limits';
import { problemContentType, problemOf, statusOf } from './problem';
import { translate } from './translate-error';

/** A client that is told when to come back does not come back at once. */
const temporary = new Set<Kind>(['too-many-requests', 'unavailable']);

/** Every error of every route leaves the process here, as a problem (RFC 9457). */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  /** The router only says that it found nothing; `explainMissing` knows whether another method would do. */
  constructor(private readonly explainMissing: (request: FastifyRequest) => DomainError) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const translated = translate(exception);
    const error = translated instanceof RouteNotFound ? this.explainMissing(request) : translated;
    log(request, error, exception);
    sendProblem(request, http.getResponse<FastifyReply>(), error);
  }
}

export function sendProblem(request: FastifyRequest, reply: FastifyReply, error: DomainError): void {
  // A stream that fails half-way has told its status already: only the connection can say it broke.
  if (reply.sent || reply.raw.headersSent) return void reply.raw.destroy();
  if (error.type.isGuess) noteGuess(request);
  if (temporary.has(error.kind)) reply.header('retry-after', error.retryAfterSeconds ?? 5);
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

function log(request: FastifyRequest, error: DomainError, exception: unknown): void {
  if (error instanceof InternalError) request.log.error({ err: exception }, 'A request failed for a reason of ours');
  else if (error.kind === 'unavailable') request.log.warn({ err: error.cause ?? exception }, error.message);
}
