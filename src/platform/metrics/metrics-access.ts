import { createHash, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Config } from '../config/config';

const loopback = /^(?:127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;

/** The parts of a request that decide about access. The address is that of the connection, not a forwarded one. */
type MetricsRequest = Pick<FastifyRequest, 'headers'> & { socket: { remoteAddress?: string | undefined } };

/** Decides which requests may read the metrics. */
@Injectable()
export class MetricsAccess {
  constructor(private readonly config: Config) {}

  allows(request: MetricsRequest): boolean {
    return this.hasToken(request) || (!this.config.production && isLocal(request));
  }

  /** Compares hashes of equal length, so that neither the time nor the length reveals the token. */
  private hasToken({ headers }: MetricsRequest): boolean {
    const token = this.config.settings.METRICS_TOKEN;
    const [, given] = /^Bearer (.+)$/i.exec(headers.authorization ?? '') ?? [];
    return token !== undefined && given !== undefined && timingSafeEqual(digest(given), digest(token));
  }
}

/** Used only in development, because a proxy on this machine also connects from it, and not every proxy sets a header. */
function isLocal({ headers, socket }: MetricsRequest): boolean {
  const isForwarded = ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via'].some((name) => headers[name] !== undefined);
  return !isForwarded && loopback.test(socket.remoteAddress ?? '');
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
