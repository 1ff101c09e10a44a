/*
 * Relies on: the exact text with which TypeORM begins a transaction. It is the first statement of `startTransaction`.
 * Why: on SQLite this text is replaced by BEGIN IMMEDIATE, because a transaction that begins as a reader cannot wait for the writer.
 * On PostgreSQL the timeouts are sent in the same message, and the write guard allows this statement.
 * Missing: an option for the text. A `startTransaction` of our own would have to copy TypeORM's savepoints and events.
 */
export const postgresBegin = 'START TRANSACTION';
export const sqliteBegin = 'BEGIN TRANSACTION';
