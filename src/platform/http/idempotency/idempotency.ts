import { createHash } from 'node:crypto';
import {
  createParamDecorator,
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { Database } from '../../database/database';
import { IdempotencyKeyRequired, ValidationFailed } from '../problems/http.errors';
import { IdempotencyRecords, type Claim } from './idempotency-records';
import { routeConfigOf } from '../route-config';

const visibleAscii = /^[\x21-\x7e]{1,255}$/;

/** The caller's Idempotency-Key or null, for routes that store it themselves (`idempotent: 'own'`). */
export const IdempotencyKey = createParamDecorator((_: unknown, context: ExecutionContext) =>
  idempotencyKeyOf(context.switchToHttp().getRequest<FastifyRequest>()),
);

function idempotencyKeyOf(request: FastifyRequest): string | null {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return null;
  if (typeof key === 'string' && visibleAscii.test(key)) return key;
  throw new ValidationFailed([
    { pointer: '/header/idempotency-key', message: 'Must be 1 to 255 visible ASCII characters', rule: 'format' },
  ]);
}

/** Refuses a request without a key on routes that require one, because a repeated request would take effect twice. */
export function requireKeys(instance: FastifyInstance): void {
  instance.addHook('preHandler', (request, _reply, done) => {
    const isMissing = routeConfigOf(request).requiresKey && request.headers['idempotency-key'] === undefined;
    done(isMissing ? new IdempotencyKeyRequired() : undefined);
  });
}

/**
 * Runs the handler at most once for each user and key, in one transaction with the record of its response. If the handler throws,
 * everything is rolled back and the request can be repeated. A `database.transaction()` in the handler becomes a part of this
 * transaction, so the handler must not catch an error of it and continue.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly database: Database,
    private readonly records: IdempotencyRecords,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest & { user?: { id: number } }>();
    const key = idempotencyKeyOf(request);
    // The key of an anonymous client is ignored, because keys are stored by user, and another client must never get this response.
    if (key === null || !request.user) return next.handle();
    const claim = { userId: request.user.id, key, requestHash: requestHash(request) };
    return from(this.runOnce(claim, http.getResponse<FastifyReply>(), next));
  }

  private runOnce(claim: Claim, reply: FastifyReply, next: CallHandler): Promise<unknown> {
    return this.database.transaction(async () => {
      const stored = await this.records.claim(claim);
      if (stored) {
        reply.status(stored.status).header('idempotency-replayed', 'true');
        return stored.body;
      }
      const body: unknown = await lastValueFrom(next.handle(), { defaultValue: undefined });
      await this.records.store(claim, { status: reply.statusCode, body });
      return body;
    });
  }
}

/** SHA-256, in hex, of the method, the URL and the body. The order of the body's members does not matter. */
export function requestHash({ method, url, body }: Pick<FastifyRequest, 'method' | 'url' | 'body'>): string {
  return createHash('sha256')
    .update(`${method} ${url}\n${toCanonicalJson(body)}`)
    .digest('hex');
}

function toCanonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(toCanonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  const members = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  const texts = members.map(([name, member]) => `${JSON.stringify(name)}:${toCanonicalJson(member)}`);
  return `{${texts.join(',')}}`;
}
