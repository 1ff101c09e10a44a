import { AsyncLocalStorage } from 'node:async_hooks';
import type { Runner } from '../dialect';

export type Effect = () => void | Promise<void>;

/** The open transaction of an asynchronous call chain, with the effects that run around its commit. */
export class UnitOfWork {
  readonly beforeCommit: Effect[] = [];
  readonly afterCommit: Effect[] = [];
  /** Values that other modules keep until the transaction ends, such as the events that wait to be written to the outbox. */
  readonly notes = new Map<symbol, unknown>();
  /** The error of a nested transaction() call. It prevents the commit, because that call may have written only some of its rows. */
  fatalError: unknown;
  isEnded = false;

  constructor(readonly runner: Runner) {}
}

const units = new AsyncLocalStorage<UnitOfWork | undefined>();

export const currentUnit = (): UnitOfWork | undefined => units.getStore();
export const inUnit = <T>(unit: UnitOfWork, work: () => Promise<T>): Promise<T> => units.run(unit, work);
export const outsideUnits = <T>(work: () => T): T => units.run(undefined, work);
