import type { ClientBase } from 'pg';

type ClientWithSocket = ClientBase & { connection: { stream: { destroy(): void; cork(): void; uncork(): void } } };

/**
 * Closes the socket of a connection at once.
 *
 * Relies on: `connection.stream` of a client of pg is its socket.
 * Why: `end` and `release(true)` wait until the server closes the connection. On a broken network the socket would stay open for 15
 * minutes.
 * Missing: an end that does not wait.
 */
export const destroySocket = (client: ClientBase): void => (client as ClientWithSocket).connection.stream.destroy();

/**
 * Runs `send` and then writes what it sent to the socket at once.
 *
 * Relies on: as above. pg writes the messages of a statement before `query` returns.
 * Why: several statements then need one system call and one packet instead of one for each.
 * Missing: a way to send several statements at once.
 */
export function corked<T>(client: ClientBase, send: () => T): T {
  const { stream } = (client as ClientWithSocket).connection;
  stream.cork();
  try {
    return send();
  } finally {
    stream.uncork();
  }
}
