import fastifyRateLimit, { type FastifyRateLimitStore, type FastifyRateLimitStoreCtor } from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import type { SharedCounts, WindowCounts } from '../../cache/shared-counts';
import { RateLimited } from '../problems/http.errors';
import { networkOf } from './network';
import { limitNetworks, type NetworkLimits } from './network-limits';
import { addRouteConfig } from '../route-config';

export interface RateLimits extends NetworkLimits {
  rateLimitPerMinute: number;
}

/** Returns a key for the signed-in user, or null to count by network. It must use no query and trust no unverified token. */
export type ActorKey = (request: FastifyRequest) => string | null;

const windowMs = 60_000;
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

/** Limits the requests of each user or network. All processes count together if they have a cache server, and otherwise each by itself. */
export async function limitRates(
  instance: FastifyInstance,
  config: RateLimits,
  actorKey: ActorKey,
  counts: SharedCounts,
): Promise<void> {
  instance.decorate(limits, config);
  limitNetworks(instance, config, counts);
  await instance.register(fastifyRateLimit, {
    max: config.rateLimitPerMinute,
    timeWindow: windowMs,
    cache: 20_000,
    enableDraftSpec: true,
    // A user id is never equal to a network address, because no address is only a number.
    keyGenerator: (request) => actorKey(request) ?? networkOf(request),
    errorResponseBuilder: (_request, context) => new RateLimited(Math.max(1, Math.ceil(context.ttl / 1_000))),
    ...(counts.isShared && { store: sharedStore(counts) }),
  });
}

/** The store of @fastify/rate-limit for several processes. Its own one refuses or accepts all requests while the server is unreachable. */
function sharedStore(counts: SharedCounts): FastifyRateLimitStoreCtor {
  return class SharedStore implements FastifyRateLimitStore {
    private readonly requests: WindowCounts;

    constructor(_options: unknown, name = 'requests') {
      this.requests = counts.of(name, windowMs);
    }

    incr(key: string, done: Parameters<FastifyRateLimitStore['incr']>[1]): void {
      void this.count(key, done);
    }

    /** Never fails, because a failure of the server is handled in `WindowCounts`. */
    private async count(key: string, done: Parameters<FastifyRateLimitStore['incr']>[1]): Promise<void> {
      const { count, remainingMs } = await this.requests.add(key);
      done(null, { current: count, ttl: remainingMs });
    }

    child(options: RouteOptions): FastifyRateLimitStore {
      // The type of the package is wrong: the route is a member of the options.
      const { method, url } = (options as unknown as { routeInfo: RouteOptions }).routeInfo;
      return new SharedStore(undefined, `requests:${String(method)}:${url}`);
    }
  };
}
