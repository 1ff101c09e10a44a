import fastifyRateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { RateLimited } from './http.errors';
import { networkOf } from './network';
import { limitNetworks, type NetworkLimits } from './network-limits';
import { addRouteConfig } from './route-config';

export interface RateLimits extends NetworkLimits {
  rateLimitPerMinute: number;
}

/** Says who asks, cheaply and without a query, or null: then the network address counts. Must not trust an unverified token. */
export type ActorKey = (request: FastifyRequest) => string | null;

const limits = Symbol('limits');
const generalLimit = (request: FastifyRequest): number =>
  (request.server as unknown as Record<symbol, RateLimits>)[limits]!.rateLimitPerMinute;
const apart = { rateLimit: { max: generalLimit, keyGenerator: networkOf } };

/** Probes and scrapes: the general limit, counted apart. Who shares an address with busy people must not look dead. */
export const RateLimitApart = (): MethodDecorator => addRouteConfig(apart);

/** Routes that take passwords: who fails there too often is refused, by network; counted apart from what people read. */
export const RateLimitCredentials = (): MethodDecorator => addRouteConfig({ ...apart, limitsGuesses: true });

/** A route that makes accounts: so many an hour from one network. */
export const RateLimitRegistrations = (): MethodDecorator => addRouteConfig({ ...apart, limitsRegistrations: true });

/** Counted in this process: `n` processes allow `n` times the limit. The account back-off in the database is exact. */
export async function limitRates(instance: FastifyInstance, config: RateLimits, actorKey: ActorKey): Promise<void> {
  instance.decorate(limits, config);
  limitNetworks(instance, config);
  await instance.register(fastifyRateLimit, {
    max: config.rateLimitPerMinute,
    timeWindow: 60_000,
    cache: 20_000,
    enableDraftSpec: true,
    // A person and an address are written differently: no number is an address.
    keyGenerator: (request) => actorKey(request) ?? networkOf(request),
    errorResponseBuilder: (_request, context) => new RateLimited(Math.max(1, Math.ceil(context.ttl / 1_000))),
  });
}
