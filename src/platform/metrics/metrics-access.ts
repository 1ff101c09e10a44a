import { createHash, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Config } from '../config/config';

const loopback = /^(?:127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;

/** The fields of a request that decide about access. The address is that of the connection, not a forwarded one. */
type MetricsRequest = Pick<FastifyRequest, 'headers'> & { socket: { remoteAddress?: string | undefined } };

/** Decides which requests may read the metrics. */
@Injectable()
export class MetricsAccess {
  constructor(private readonly config: Config) {}

  allows(request: MetricsRequest): boolean {
    return this.hasToken(request) || (!this.config.isProduction && isLocal(request));
  }

  /** Compares hashes of equal length, so that neither the time nor the length reveals the token. */
  private hasToken({ headers }: MetricsRequest): boolean {
    const token = this.config.settings.METRICS_TOKEN;
    const sentToken = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
    if (token === undefined || sentToken === undefined) return false;
    return timingSafeEqual(digest(sentToken), digest(token));
  }
}

/** True if the request comes from this machine. Used only in development, because a proxy on this machine may send no header. */
function isLocal({ headers, socket }: MetricsRequest): boolean {
  const isForwarded = ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via'].some((name) => headers[name] !== undefined);
  return !isForwarded && loopback.test(socket.remoteAddress ?? '');
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
