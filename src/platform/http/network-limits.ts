import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { LRUCache } from 'lru-cache';
import { fold } from '../database/case-folding';
import { RateLimited } from './http.errors';
import { networkOf, widerNetworkOf } from './network';
import { routeConfigOf } from './route-config';

export interface NetworkLimits {
  /** Wrong passwords and names of one network. */
  credentialRateLimitPerMinute: number;
  /** New accounts from one network. */
  registrationLimitPerHour: number;
}

/** Of the /48 or /24 around a network: it may hold a street of them. */
const widerTimes = 10;
const keptNetworks = 20_000;
const keptNames = 50_000;

/** What a network, and the wider one around it, may spend in a window of time; counted in this process. */
class Budget {
  private readonly spent: LRUCache<string, number>;
  /** By requests that are not answered yet: a hundred at once must not all find room. */
  private readonly reserved = new Map<string, number>();
  /** The networks each has reserved of: an address is gone with its connection. */
  private readonly holders = new WeakMap<FastifyRequest, string[]>();

  constructor(
    private readonly max: number,
    windowMs: number,
  ) {
    this.spent = new LRUCache({ max: keptNetworks, ttl: windowMs, noUpdateTTL: true });
  }

  /** @throws RateLimited when the network or the wider one has nothing left */
  reserve(request: FastifyRequest, what: string): void {
    const [network, wider] = [networkOf(request), widerNetworkOf(request)];
    this.require(network, this.max, what);
    this.require(wider, this.max * widerTimes, what);
    this.holders.set(request, [network, wider]);
    for (const key of [network, wider]) this.reserved.set(key, this.reservedOf(key) + 1);
  }

  /** Its answer is known: what it had reserved is free again, or spent. */
  settle(request: FastifyRequest, isSpent: boolean): void {
    for (const key of this.holders.get(request) ?? []) this.release(key);
    this.holders.delete(request);
    if (!isSpent) return;
    for (const key of [networkOf(request), widerNetworkOf(request)])
      this.spent.set(key, (this.spent.get(key) ?? 0) + 1);
  }

  private require(key: string, max: number, what: string): void {
    const spent = this.spent.get(key) ?? 0;
    if (spent + this.reservedOf(key) < max) return;
    const waitMs = spent < max ? 0 : this.spent.getRemainingTTL(key);
    throw new RateLimited(Math.max(1, Math.ceil(waitMs / 1_000)), what);
  }

  private reservedOf(key: string): number {
    return this.reserved.get(key) ?? 0;
  }

  private release(key: string): void {
    const left = this.reservedOf(key) - 1;
    if (left > 0) this.reserved.set(key, left);
    else this.reserved.delete(key);
  }
}

const guesses = new WeakSet<FastifyRequest>();

/** The request tried a password or a name that is not right. */
export const noteGuess = (request: FastifyRequest): unknown => guesses.add(request);

/** For the routes that say so: failed credentials, and registrations, count against the caller's network. */
export function limitNetworks(instance: FastifyInstance, config: NetworkLimits): void {
  const failed = new Budget(config.credentialRateLimitPerMinute, 60_000);
  const registered = new Budget(config.registrationLimitPerHour, 3_600_000);
  instance.addHook('onRoute', (route) => {
    const { limitsGuesses, limitsRegistrations } = routeConfigOf({ routeOptions: route });
    if (limitsGuesses) limitGuesses(route, failed);
    if (limitsRegistrations) limitRegistrations(route, registered);
  });
}

/**
 * Whoever has signed in, now or before from the same network, is not shut out by what others guess there: a class shares one
 * address. How often one account may be guessed at is counted on the account.
 */
function limitGuesses(route: RouteOptions, failed: Budget): void {
  const known = new LRUCache<string, true>({ max: keptNames });
  const isKnown = (request: FastifyRequest): boolean =>
    'user' in request || namesOf(request).some((name) => known.has(name));
  before(route, (request) => {
    if (!isKnown(request)) failed.reserve(request, 'Too many wrong names or passwords from this network.');
  });
  answered(route, (request, status) => {
    failed.settle(request, guesses.has(request));
    if (status < 300) for (const name of namesOf(request)) known.set(name, true);
  });
}

function limitRegistrations(route: RouteOptions, registered: Budget): void {
  before(route, (request) =>
    registered.reserve(request, 'Many people have registered from this network within the hour.'),
  );
  answered(route, (request, status) => registered.settle(request, status < 300));
}

/** Who says to be whom, where: by a login, or by a new username and address. */
function namesOf(request: FastifyRequest): string[] {
  const { login, username, email } = (request.body ?? {}) as Record<string, unknown>;
  const names = [login, username, email].filter((name) => typeof name === 'string');
  return names.map((name) => `${networkOf(request)} ${fold(name)}`);
}

function before(route: RouteOptions, act: (request: FastifyRequest) => void): void {
  route.preHandler = [route.preHandler ?? []].flat();
  route.preHandler.push(async (request) => act(request));
}

function answered(route: RouteOptions, act: (request: FastifyRequest, status: number) => void): void {
  route.onSend = [route.onSend ?? []].flat();
  route.onSend.push(async (request, reply) => act(request, reply.statusCode));
}
