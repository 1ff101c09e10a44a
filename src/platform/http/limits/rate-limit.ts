import fastifyRateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { RateLimited } from '../problems/http.errors';
import { networkOf } from './network';
import { limitNetworks, type NetworkLimits } from './network-limits';
import { addRouteConfig } from '../route-config';

export interface RateLimits extends NetworkLimits {
  rateLimitPerMinute: number;
}

/** Returns a key for the signed-in user, or null to count by network. It must use no query and trust no unverified token. */
export type ActorKey = (request: FastifyRequest) => string | null;

const limits = Symbol('limits');
const generalLimit = (request: FastifyRequest): number =>
  (request.server as unknown as Record<symbol, RateLimits>)[limits]!.rateLimitPerMinute;
const byNetwork = { rateLimit: { max: generalLimit, keyGenerator: networkOf } };

/** Counts health checks and scrapes separately, so that they still succeed if users behind the same address have reached their limit. */
export const SeparateRateLimit = (): MethodDecorator => addRouteConfig(byNetwork);

/** Limits wrong passwords by network, on routes that take passwords. Requests to these routes are counted separately from others. */
export const RateLimitCredentials = (): MethodDecorator => addRouteConfig({ ...byNetwork, limitsGuesses: true });

/** Limits the accounts that one network can create within an hour. */
export const RateLimitRegistrations = (): MethodDecorator =>
  addRouteConfig({ ...byNetwork, limitsRegistrations: true });

/** Limits the mails that one network can cause within an hour. */
export const RateLimitMails = (): MethodDecorator => addRouteConfig({ ...byNetwork, limitsMails: true });

/** Limits the requests of each user or network. Each process counts by itself, so `n` processes allow `n` times the limit. */
export async function limitRates(instance: FastifyInstance, config: RateLimits, actorKey: ActorKey): Promise<void> {
  instance.decorate(limits, config);
  limitNetworks(instance, config);
  await instance.register(fastifyRateLimit, {
    max: config.rateLimitPerMinute,
    timeWindow: 60_000,
    cache: 20_000,
    enableDraftSpec: true,
    // A user id is never equal to a network address, because no address is only a number.
    keyGenerator: (request) => actorKey(request) ?? networkOf(request),
    errorResponseBuilder: (_request, context) => new RateLimited(Math.max(1, Math.ceil(context.ttl / 1_000))),
  });
}
