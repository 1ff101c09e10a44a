import type { Driver, QueryRunner, ReplicationMode } from 'typeorm';

/**
 * Makes TypeORM use our query runners.
 *
 * Relies on: TypeORM creates each query runner by `driver.createQueryRunner`, even the first one while it connects, and sets the
 * manager of the query runner afterwards.
 * Why: every statement of TypeORM must pass the write guard, the timeouts and the observers.
 * Missing: an option for the class of the query runners, or of the driver.
 */
export function useRunners(driver: Driver, create: (mode: ReplicationMode) => QueryRunner): void {
  driver.createQueryRunner = create;
}
