/*
 * Relies on: the exact texts with which TypeORM begins and commits a transaction. The first is the first statement of
 * `startTransaction`, the second the only one of `commitTransaction`.
 * Why: on SQLite this text is replaced by BEGIN IMMEDIATE, because a transaction that begins as a reader cannot wait for the writer.
 * On PostgreSQL the timeouts are sent in the same message, and both texts are sent together with other statements.
 * Missing: an option for the text. A `startTransaction` of our own would have to copy TypeORM's savepoints and events.
 */
export const postgresBegin = 'START TRANSACTION';
export const postgresCommit = 'COMMIT';
export const sqliteBegin = 'BEGIN TRANSACTION';
