import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { LRUCache } from 'lru-cache';
import { fold } from '../../database/case-folding';
import { RateLimited } from '../problems/http.errors';
import { networkOf, widerNetworkOf } from './network';
import { routeConfigOf } from '../route-config';

export interface NetworkLimits {
  /** The largest number of wrong user names and passwords from one network. */
  credentialRateLimitPerMinute: number;
  /** The largest number of new accounts from one network, and of requests for a mail. */
  registrationLimitPerHour: number;
}

/** The limit of the wider network (a /48 or /24) is this many times that of a network, because it may contain many networks. */
const widerNetworkFactor = 10;
const maxCountedNetworks = 20_000;
const maxKnownNames = 50_000;

/** Limits the counted requests of a network, and of the wider network around it, in a time window. Only this process counts them. */
class NetworkBudget {
  /** The number of counted requests by network. */
  private readonly spent: LRUCache<string, number>;
  /** The number of pending requests by network. They count too, so that a hundred concurrent requests cannot all pass. */
  private readonly reserved = new Map<string, number>();
  /** The networks of each pending request, kept here because the address is lost when the connection closes. */
  private readonly networksByRequest = new WeakMap<FastifyRequest, string[]>();

  constructor(
    private readonly max: number,
    windowMs: number,
  ) {
    this.spent = new LRUCache({ max: maxCountedNetworks, ttl: windowMs, noUpdateTTL: true });
  }

  /** @throws RateLimited when the network or the wider network has reached its limit */
  reserve(request: FastifyRequest, reason: string): void {
    const network = networkOf(request);
    const widerNetwork = widerNetworkOf(request);
    this.requireBelow(network, this.max, reason);
    this.requireBelow(widerNetwork, this.max * widerNetworkFactor, reason);
    this.networksByRequest.set(request, [network, widerNetwork]);
    for (const key of [network, widerNetwork]) this.reserved.set(key, this.reservedOf(key) + 1);
  }

  /** Called when the response of a request is known. The request is no longer pending, and is counted if `isCounted`. */
  settle(request: FastifyRequest, isCounted: boolean): void {
    for (const key of this.networksByRequest.get(request) ?? []) this.release(key);
    this.networksByRequest.delete(request);
    if (!isCounted) return;
    for (const key of [networkOf(request), widerNetworkOf(request)])
      this.spent.set(key, (this.spent.get(key) ?? 0) + 1);
  }

  private requireBelow(key: string, max: number, reason: string): void {
    const spent = this.spent.get(key) ?? 0;
    if (spent + this.reservedOf(key) < max) return;
    const waitMs = spent < max ? 0 : this.spent.getRemainingTTL(key);
    throw new RateLimited(Math.max(1, Math.ceil(waitMs / 1_000)), reason);
  }

  private reservedOf(key: string): number {
    return this.reserved.get(key) ?? 0;
  }

  private release(key: string): void {
    const remaining = this.reservedOf(key) - 1;
    if (remaining > 0) this.reserved.set(key, remaining);
    else this.reserved.delete(key);
  }
}

const guesses = new WeakSet<FastifyRequest>();

/** Marks a request that was refused because of a wrong password or user name. */
export const markAsGuess = (request: FastifyRequest): unknown => guesses.add(request);

/** Limits wrong credentials and registrations for each network, on the routes that are decorated for it. */
export function limitNetworks(instance: FastifyInstance, config: NetworkLimits): void {
  const guessBudget = new NetworkBudget(config.credentialRateLimitPerMinute, 60_000);
  const registrationBudget = new NetworkBudget(config.registrationLimitPerHour, 3_600_000);
  const mailBudget = new NetworkBudget(config.registrationLimitPerHour, 3_600_000);
  instance.addHook('onRoute', (route) => {
    const { limitsGuesses, limitsRegistrations, limitsMails } = routeConfigOf({ routeOptions: route });
    if (limitsGuesses) limitGuesses(route, guessBudget);
    if (limitsRegistrations)
      limitSuccesses(route, registrationBudget, 'Too many registrations from this network within an hour.');
    if (limitsMails)
      limitSuccesses(route, mailBudget, 'Too many mails were asked for from this network within an hour.');
  });
}

/**
 * Limits wrong guesses of one network. A user who is signed in, or has signed in from this network before, is not limited, because a
 * class may share one address with somebody who guesses. A separate limit counts the guesses against each account.
 */
function limitGuesses(route: RouteOptions, budget: NetworkBudget): void {
  const knownNames = new LRUCache<string, true>({ max: maxKnownNames });
  const isKnown = (request: FastifyRequest): boolean =>
    'user' in request || namesOf(request).some((name) => knownNames.has(name));
  beforeHandler(route, (request) => {
    if (!isKnown(request)) budget.reserve(request, 'Too many wrong user names or passwords from this network.');
  });
  beforeResponse(route, (request, status) => {
    budget.settle(request, guesses.has(request));
    if (status < 300) for (const name of namesOf(request)) knownNames.set(name, true);
  });
}

function limitSuccesses(route: RouteOptions, budget: NetworkBudget, reason: string): void {
  beforeHandler(route, (request) => budget.reserve(request, reason));
  beforeResponse(route, (request, status) => budget.settle(request, status < 300));
}

/** The names in the body (the login, or the new username and email address), each with the network of the request. */
function namesOf(request: FastifyRequest): string[] {
  const { login, username, email } = (request.body ?? {}) as Record<string, unknown>;
  const names = [login, username, email].filter((name) => typeof name === 'string');
  return names.map((name) => `${networkOf(request)} ${fold(name)}`);
}

function beforeHandler(route: RouteOptions, hook: (request: FastifyRequest) => void): void {
  const existingHooks = [route.preHandler ?? []].flat();
  route.preHandler = [...existingHooks, async (request) => hook(request)];
}

function beforeResponse(route: RouteOptions, hook: (request: FastifyRequest, status: number) => void): void {
  const existingHooks = [route.onSend ?? []].flat();
  route.onSend = [...existingHooks, async (request, reply) => hook(request, reply.statusCode)];
}
