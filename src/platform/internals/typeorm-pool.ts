import type { Pool } from 'pg';
import type { PostgresDriver } from './typeorm-drivers';

/**
 * The pool of a connected data source.
 *
 * Relies on: `master` of TypeORM's driver is a Pool of pg while the data source is connected.
 * Why: single statements are sent to the pool directly, without a query runner, and its counts are metrics.
 * Missing: TypeORM gives access only to single connections and has no option that takes a pool.
 */
export const poolOf = (driver: PostgresDriver): Pool => driver.master as Pool;
