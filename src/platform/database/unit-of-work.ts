import { AsyncLocalStorage } from 'node:async_hooks';
import type { Runner } from './dialect';

export type Effect = () => void | Promise<void>;

/** The open transaction of an asynchronous call chain, with what is to happen around its end. */
export class UnitOfWork {
  readonly beforeCommit: Effect[] = [];
  readonly afterCommit: Effect[] = [];
  /** Facts other rooms keep for the length of this transaction (the outbox's rows, for one). */
  readonly notes = new Map<symbol, unknown>();
  /** An error that crossed a joined transaction(): what it left half-written must not be committed. */
  doomed: unknown;
  over = false;

  constructor(readonly runner: Runner) {}
}

const units = new AsyncLocalStorage<UnitOfWork | undefined>();

export const currentUnit = (): UnitOfWork | undefined => units.getStore();
export const inUnit = <T>(unit: UnitOfWork, work: () => Promise<T>): Promise<T> => units.run(unit, work);
export const outsideUnits = <T>(work: () => T): T => units.run(undefined, work);
