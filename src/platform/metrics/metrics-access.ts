import { createHash, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Config } from '../config/config';

const loopback = /^(?:127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;

/** What is looked at of a request: its own connection, never what it says of another. */
type Scrape = Pick<FastifyRequest, 'headers'> & { socket: { remoteAddress?: string | undefined } };

/** Who may read the metrics. */
@Injectable()
export class MetricsAccess {
  constructor(private readonly config: Config) {}

  allows(request: Scrape): boolean {
    return this.hasToken(request) || (!this.config.production && isLocal(request));
  }

  /** Compared as hashes of one length: neither time nor length tells anything of the token. */
  private hasToken({ headers }: Scrape): boolean {
    const token = this.config.settings.METRICS_TOKEN;
    const [, given] = /^Bearer (.+)$/i.exec(headers.authorization ?? '') ?? [];
    return token !== undefined && given !== undefined && timingSafeEqual(digest(given), digest(token));
  }
}

/** For development: a proxy on this machine connects from here too, for whoever asks it, and not every one says so. */
function isLocal({ headers, socket }: Scrape): boolean {
  const isForwarded = ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via'].some((name) => headers[name] !== undefined);
  return !isForwarded && loopback.test(socket.remoteAddress ?? '');
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
