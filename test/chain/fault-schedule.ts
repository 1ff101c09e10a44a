import { type Call, type Intercept, RpcError } from '../support/rpc-proxy';
import * as faults from '../support/rpc-faults';

/** A generator of random numbers (mulberry32). The same seed gives the same numbers. */
export class Dice {
  constructor(private state: number) {}

  below(bound: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  }

  chance = (percent: number): boolean => this.below(100) < percent;
  pick = <T>(values: readonly T[]): T => values[this.below(values.length)]!;
}

/** Faults of single calls. Timeouts are drawn less often, because each costs the whole timeout. */
const singleCallFaults: Record<string, Intercept> = {
  'too many requests': faults.tooManyRequests,
  'service unavailable': faults.unavailable,
  'a page of HTML': faults.htmlPage,
  'connection reset': faults.connectionReset,
  'reset after forwarding': faults.resetAfterForwarding,
  'time-out before forwarding': faults.timeOutBeforeForwarding,
  'time-out after forwarding': faults.timeOutAfterForwarding,
  null: () => null,
  'an error of the node': () => {
    throw new RpcError(-32_603, 'Internal error');
  },
};
const faultsWithoutTimeout = Object.keys(singleCallFaults).filter((name) => !name.startsWith('time-out'));

/** Faults that last for a whole poll. */
const wholePollFaults: Record<string, { fault: (dice: Dice) => Intercept; concerns: RegExp }> = {
  'truncated logs': { fault: () => faults.truncatedLogs, concerns: /getLogs/ },
  'duplicated logs': { fault: () => faults.duplicatedLogs, concerns: /getLogs/ },
  'null receipts': { fault: () => faults.nullReceipts, concerns: /getTransactionReceipt/ },
  'a head going back': { fault: (dice) => faults.headGoesBack(1 + dice.below(6)), concerns: /getBlockByNumber/ },
  'another branch': { fault: () => faults.anotherBranch, concerns: /getBlockBy|getLogs/ },
  'a wrong hash': { fault: () => faults.wrongBlockHash, concerns: /getBlockBy/ },
};
/** Faults that show another chain. Only one provider gets such a fault, because the school would believe another chain that all providers show. */
const wrongChainFaults = ['another branch', 'a wrong hash'];

/** Draws faults for several providers, and counts those that happened. */
export class FaultSchedule {
  readonly injectedCounts: Record<string, number> = {};

  constructor(private readonly dice: Dice) {}

  get total(): number {
    return Object.values(this.injectedCounts).reduce((sum, count) => sum + count, 0);
  }

  /** One interceptor for each provider, for the next poll. */
  draw(providers: number): Intercept[] {
    const wrongProvider = this.dice.below(providers);
    const percent = this.dice.pick([0, 5, 10, 20]);
    return Array.from({ length: providers }, (_, index) => this.faultsFor(index === wrongProvider, percent));
  }

  private faultsFor(mayShowWrongChain: boolean, percent: number): Intercept {
    const names = Object.keys(wholePollFaults).filter((name) => mayShowWrongChain || !wrongChainFaults.includes(name));
    const name = this.dice.chance(70) ? this.dice.pick(names) : null;
    const lastingFault = name ? this.interceptWholePoll(name) : (((_call, forward) => forward()) as Intercept);
    return (call, forward) =>
      this.dice.chance(percent) ? this.injectSingle(call, forward) : lastingFault(call, forward);
  }

  private injectSingle(...[call, forward]: Parameters<Intercept>): unknown {
    const name = this.dice.pick(this.dice.chance(80) ? faultsWithoutTimeout : Object.keys(singleCallFaults));
    this.count(name);
    return singleCallFaults[name]!(call, forward);
  }

  private interceptWholePoll(name: string): Intercept {
    const { fault, concerns } = wholePollFaults[name]!;
    const intercept = fault(this.dice);
    return async (call: Call, forward) => {
      if (!concerns.test(call.method)) return forward();
      const [honest, result] = [await forward(), await intercept(call, forward)];
      // Half of an empty list of logs is no fault, so that it is not counted.
      if (JSON.stringify(result) !== JSON.stringify(honest)) this.count(name);
      return result;
    };
  }

  private count(name: string): void {
    this.injectedCounts[name] = (this.injectedCounts[name] ?? 0) + 1;
  }
}
