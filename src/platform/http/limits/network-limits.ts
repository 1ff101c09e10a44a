import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { SharedCounts, WindowCounts } from '../../cache/shared-counts';
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
const maxKnownNames = 50_000;

/** Limits the counted requests of a network, and of the wider network around it, in a time window. */
class NetworkBudget {
  /** The number of pending requests of this process by network. */
  private readonly pending = new Map<string, number>();
  /** The networks of each pending request, kept here because the address is lost when the connection closes. */
  private readonly networksByRequest = new WeakMap<FastifyRequest, string[]>();

  constructor(
    private readonly counts: WindowCounts,
    private readonly max: number,
  ) {}

  /**
   * Counts the request while it is pending, so that a hundred concurrent requests cannot all pass.
   * @throws RateLimited when the network or the wider network has reached its limit
   */
  async reserve(request: FastifyRequest, reason: string): Promise<void> {
    const network = networkOf(request);
    const widerNetwork = widerNetworkOf(request);
    await this.reserveFor(network, this.max, reason);
    try {
      await this.reserveFor(widerNetwork, this.max * widerNetworkFactor, reason);
    } catch (error) {
      await this.release(network);
      throw error;
    }
    this.networksByRequest.set(request, [network, widerNetwork]);
  }

  /** Called when the response of a request is known. The request stays counted if `isCounted`. */
  async settle(request: FastifyRequest, isCounted: boolean): Promise<void> {
    const reserved = this.networksByRequest.get(request);
    this.networksByRequest.delete(request);
    for (const key of reserved ?? [])
      if (isCounted) this.changePending(key, -1);
      else await this.release(key);
    if (reserved || !isCounted) return;
    for (const key of [networkOf(request), widerNetworkOf(request)]) await this.counts.add(key);
  }

  private async reserveFor(key: string, max: number, reason: string): Promise<void> {
    this.changePending(key, 1);
    const { count, remainingMs } = await this.counts.add(key);
    if (count <= max) return;
    await this.release(key);
    // If only pending requests are in the way, some of them may soon not be counted any more.
    const isPendingOnly = count - 1 - this.pendingOf(key) < max;
    throw new RateLimited(isPendingOnly ? 1 : Math.max(1, Math.ceil(remainingMs / 1_000)), reason);
  }

  private async release(key: string): Promise<void> {
    this.changePending(key, -1);
    await this.counts.add(key, -1);
  }

  private pendingOf(key: string): number {
    return this.pending.get(key) ?? 0;
  }

  private changePending(key: string, change: number): void {
    const count = this.pendingOf(key) + change;
    if (count > 0) this.pending.set(key, count);
    else this.pending.delete(key);
  }
}

const guesses = new WeakSet<FastifyRequest>();

/** Marks a request that was refused because of a wrong password or user name. */
export const markAsGuess = (request: FastifyRequest): unknown => guesses.add(request);

/** Limits wrong credentials and registrations for each network, on the routes that are decorated for it. */
export function limitNetworks(instance: FastifyInstance, config: NetworkLimits, counts: SharedCounts): void {
  const guessBudget = new NetworkBudget(counts.of('guesses', 60_000), config.credentialRateLimitPerMinute);
  const registrationBudget = new NetworkBudget(counts.of('registrations', 3_600_000), config.registrationLimitPerHour);
  const mailBudget = new NetworkBudget(counts.of('mails', 3_600_000), config.registrationLimitPerHour);
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
  beforeHandler(route, async (request) => {
    if (!isKnown(request)) await budget.reserve(request, 'Too many wrong user names or passwords from this network.');
  });
  beforeResponse(route, async (request, status) => {
    await budget.settle(request, guesses.has(request));
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

function beforeHandler(route: RouteOptions, hook: (request: FastifyRequest) => Promise<void>): void {
  const existingHooks = [route.preHandler ?? []].flat();
  route.preHandler = [...existingHooks, (request) => hook(request)];
}

function beforeResponse(route: RouteOptions, hook: (request: FastifyRequest, status: number) => Promise<void>): void {
  const existingHooks = [route.onSend ?? []].flat();
  route.onSend = [...existingHooks, (request, reply) => hook(request, reply.statusCode)];
}
