import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { LRUCache } from 'lru-cache';
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

  constructor(
    private readonly max: number,
    windowMs: number,
  ) {
    this.spent = new LRUCache({ max: keptNetworks, ttl: windowMs, noUpdateTTL: true });
  }

  add(request: FastifyRequest, count: 1 | -1): void {
    for (const key of [networkOf(request), widerNetworkOf(request)])
      this.spent.set(key, Math.max(0, (this.spent.get(key) ?? 0) + count));
  }

  /** @throws RateLimited when the network or the wider one has spent all of it */
  require(request: FastifyRequest, what: string): void {
    this.requireOf(networkOf(request), this.max, what);
    this.requireOf(widerNetworkOf(request), this.max * widerTimes, what);
  }

  private requireOf(key: string, max: number, what: string): void {
    if ((this.spent.get(key) ?? 0) < max) return;
    throw new RateLimited(Math.max(1, Math.ceil(this.spent.getRemainingTTL(key) / 1_000)), what);
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
 * Whoever has signed in, now or before from the same network, is not shut out by what others guess there: a class shares one address. How often one account
 * may be guessed at is counted on the account.
 */
function limitGuesses(route: RouteOptions, failed: Budget): void {
  const known = new LRUCache<string, true>({ max: keptNames });
  const isKnown = (request: FastifyRequest): boolean =>
    'user' in request || namesOf(request).some((name) => known.has(name));
  before(route, (request) => {
    if (!isKnown(request)) failed.require(request, 'Too many wrong names or passwords from this network.');
  });
  answered(route, (request, status) => {
    if (guesses.has(request)) failed.add(request, 1);
    else if (status < 300) for (const name of namesOf(request)) known.set(name, true);
  });
}

/** Taken before the work and given back where it fails: a hundred at once must not all find room. */
function limitRegistrations(route: RouteOptions, registered: Budget): void {
  const taken = new WeakSet<FastifyRequest>();
  before(route, (request) => {
    registered.require(request, 'Many people have registered from this network within the hour.');
    registered.add(request, 1);
    taken.add(request);
  });
  answered(route, (request, status) => {
    if (status >= 300 && taken.has(request)) registered.add(request, -1);
  });
}

/** Who says to be whom, where: by a login, or by a new username and address. */
function namesOf(request: FastifyRequest): string[] {
  const { login, username, email } = (request.body ?? {}) as Record<string, unknown>;
  const names = [login, username, email].filter((name) => typeof name === 'string');
  return names.map((name) => `${networkOf(request)} ${name.toLowerCase()}`);
}

function before(route: RouteOptions, act: (request: FastifyRequest) => void): void {
  route.preHandler = [route.preHandler ?? []].flat();
  route.preHandler.push(async (request) => act(request));
}

function answered(route: RouteOptions, act: (request: FastifyRequest, status: number) => void): void {
  route.onSend = [route.onSend ?? []].flat();
  route.onSend.push(async (request, reply) => act(request, reply.statusCode));
}
