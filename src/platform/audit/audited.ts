import {
  applyDecorators,
  Injectable,
  SetMetadata,
  UseInterceptors,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import type { Actor } from '../auth/actor';
import { Database } from '../database/database';
import { AuditLog, type AuditDetail, type NewAuditEntry } from './audit-log';

export interface AuditedRoute {
  action: string;
  /** The type of the object, if its name is not in the path. Its id is `id` or `operationId` of the response. */
  creates?: string;
  /** The type of the object, and the member of the body with its id, if neither the path nor the response has it. */
  object?: readonly [type: string, member: string];
  /** Members of the body that are kept as details: numbers, flags and names of a list. Of an array its length is kept. */
  keep?: readonly string[];
}

const auditMetadata = 'audit:route';

/**
 * Records each success of a route in the audit log, in the transaction of the handler. The object is the one that the path names, or the
 * one that the route creates.
 *
 *     @Put(':id/publication')
 *     @Audited('courses.course-published')
 */
export function Audited(action: string, options: Omit<AuditedRoute, 'action'> = {}): MethodDecorator {
  return applyDecorators(SetMetadata(auditMetadata, { action, ...options }), UseInterceptors(AuditInterceptor));
}

export const auditedRouteOf = (handler: object): AuditedRoute | undefined =>
  Reflect.getMetadata(auditMetadata, handler) as AuditedRoute | undefined;

/**
 * Runs the handler and the entry in one transaction. A `database.transaction()` in the handler becomes a part of it, so the handler must not
 * catch an error of it and continue. What a student may also do is no act of the staff, so it gets neither an entry nor a transaction.
 */
@Injectable()
class AuditInterceptor implements NestInterceptor {
  constructor(
    private readonly database: Database,
    private readonly auditLog: AuditLog,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest & { user?: Actor }>();
    const audited = auditedRouteOf(context.getHandler());
    if (!audited || !request.user || request.user.role === 'student') return next.handle();
    return from(this.runOnce(audited, request, http.getResponse<FastifyReply>(), next));
  }

  private runOnce(
    audited: AuditedRoute,
    request: FastifyRequest,
    reply: FastifyReply,
    next: CallHandler,
  ): Promise<unknown> {
    return this.database.transaction(async () => {
      const response: unknown = await lastValueFrom(next.handle(), { defaultValue: undefined });
      const isReplay = reply.getHeader('idempotency-replayed') !== undefined;
      if (!isReplay) this.auditLog.record(entryOf(audited, request, response as Members | undefined));
      return response;
    });
  }
}

type Members = Record<string, unknown>;

function entryOf(
  { action, creates, object, keep = [] }: AuditedRoute,
  request: FastifyRequest,
  response: Members = {},
): NewAuditEntry {
  const body = (request.body ?? {}) as Members;
  const detail = Object.fromEntries(keep.filter((name) => name in body).map((name) => [name, valueOf(body[name])]));
  if (object) return { action, object: [object[0], idText(body[object[1]])], detail };
  const createdId = idText(response.id ?? response.operationId);
  if (creates) return { action, object: [creates, createdId], detail };
  const [type, id = createdId] = objectOfPath(request);
  return { action, object: [type, id], detail };
}

/** The last parameter of the path and the segment before it: `courses` and `7` of `/api/v1/courses/:id/publication`. */
function objectOfPath({ routeOptions, params }: FastifyRequest): [type: string, id: string | undefined] {
  const segments = (routeOptions.url ?? '').split('/');
  const place = segments.findLastIndex((segment) => segment.startsWith(':'));
  if (place < 0) return [segments.at(-1)!, undefined];
  return [segments[place - 1]!, (params as Record<string, string>)[segments[place]!.slice(1)]];
}

const idText = (id: unknown): string => (typeof id === 'number' || typeof id === 'string' ? String(id) : '');

function valueOf(value: unknown): AuditDetail[string] {
  if (Array.isArray(value)) return value.length;
  return typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string' ? value : null;
}
