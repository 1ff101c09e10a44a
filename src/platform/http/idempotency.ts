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
import { Database } from '../database/database';
import { IdempotencyKeyRequired, ValidationFailed } from './http.errors';
import { IdempotencyRecords, type Claim } from './idempotency-records';
import { routeConfigOf } from './route-config';

const visibleAscii = /^[\x21-\x7e]{1,255}$/;

/** The caller's Idempotency-Key, or null: for routes that keep it themselves (`idempotent: 'own'`). */
export const IdempotencyKey = createParamDecorator((_: unknown, context: ExecutionContext) =>
  idempotencyKeyOf(context.switchToHttp().getRequest<FastifyRequest>()),
);

export function idempotencyKeyOf(request: FastifyRequest): string | null {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return null;
  if (typeof key === 'string' && visibleAscii.test(key)) return key;
  throw new ValidationFailed([
    { pointer: '/header/idempotency-key', message: 'Must be 1 to 255 visible ASCII characters' },
  ]);
}

/** Without a key a request that is sent twice takes effect twice: routes that say so want one. */
export function requireKeys(instance: FastifyInstance): void {
  instance.addHook('preHandler', (request, _reply, done) => {
    const isMissing = routeConfigOf(request).requiresKey && request.headers['idempotency-key'] === undefined;
    done(isMissing ? new IdempotencyKeyRequired() : undefined);
  });
}

/**
 * Runs the handler at most once for each person and key, in one transaction with the record of its answer. A handler
 * that throws leaves nothing behind and may be tried again. Inside, `database.transaction()` joins: a handler must not
 * catch an error of a joined transaction and go on.
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
    // Without a person there is nobody whose key it could be: a stranger's answer must never be replayed to another.
    if (key === null || !request.user) return next.handle();
    const claim = { userId: request.user.id, key, requestHash: requestHash(request) };
    return from(this.once(claim, http.getResponse<FastifyReply>(), next));
  }

  private once(claim: Claim, reply: FastifyReply, next: CallHandler): Promise<unknown> {
    return this.database.transaction(async () => {
      const before = await this.records.claim(claim);
      if (before) {
        reply.status(before.status).header('idempotency-replayed', 'true');
        return before.body;
      }
      const body: unknown = await lastValueFrom(next.handle(), { defaultValue: undefined });
      await this.records.keep(claim, { status: reply.statusCode, body });
      return body;
    });
  }
}

/** SHA-256, in hex, of the method, the address with its parameters, and the body, whatever the order of its members. */
export function requestHash({ method, url, body }: Pick<FastifyRequest, 'method' | 'url' | 'body'>): string {
  return createHash('sha256')
    .update(`${method} ${url}\n${canonical(body)}`)
    .digest('hex');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`;
}
