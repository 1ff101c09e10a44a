import fastifyRateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { RateLimited } from './http.errors';
import { networkOf } from './network';
import { addRouteConfig } from './route-config';

export interface RateLimits {
  rateLimitPerMinute: number;
  credentialRateLimitPerMinute: number;
}

/** Says who asks, cheaply and without a query, or null: then the network address counts. Must not trust an unverified token. */
export type ActorKey = (request: FastifyRequest) => string | null;

const limits = Symbol('limits');

/** Routes that take passwords, codes or tokens: a stricter limit, always by network address, its own counter. */
export const RateLimitCredentials = (): MethodDecorator =>
  addRouteConfig({ rateLimit: { max: credentialLimit, keyGenerator: networkOf } });

/** Probes and scrapes: the general limit, counted apart. Who shares an address with busy people must not look dead. */
export const RateLimitApart = (): MethodDecorator =>
  addRouteConfig({ rateLimit: { max: generalLimit, keyGenerator: networkOf } });

const limitsOf = (request: FastifyRequest): RateLimits =>
  (request.server as unknown as Record<symbol, RateLimits>)[limits]!;
const credentialLimit = (request: FastifyRequest): number => limitsOf(request).credentialRateLimitPerMinute;
const generalLimit = (request: FastifyRequest): number => limitsOf(request).rateLimitPerMinute;

/** Counted in this process: `n` processes allow `n` times the limit. The account back-off in the database is exact. */
export async function limitRates(instance: FastifyInstance, config: RateLimits, actorKey: ActorKey): Promise<void> {
  instance.decorate(limits, config);
  await instance.register(fastifyRateLimit, {
    max: config.rateLimitPerMinute,
    timeWindow: 60_000,
    cache: 20_000,
    enableDraftSpec: true,
    keyGenerator: (request) => actorKey(request) ?? networkOf(request),
    errorResponseBuilder: (_request, context) => new RateLimited(Math.max(1, Math.ceil(context.ttl / 1_000))),
  });
}
