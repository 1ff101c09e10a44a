import type { Server, Socket } from 'node:net';
import { setImmediate as nextLoopIteration } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Readiness } from '../health/readiness';

/** While the server stops, it checks its connections at this interval. Each check is called a sweep. */
const sweepIntervalMs = 50;
/** A socket that has sent no data during 20 sweeps, which is one second, is closed. */
const maxSilentSweeps = 20;
/** The number of event loop iterations without a new connection after which no pending connection is left. */
const minQuietIterations = 5;

/**
 * Closes connections as they become idle, because `server.close()` closes only those that are idle when it is called. Another
 * connection would keep the process running for 72 seconds (Fastify's keep-alive time), and its next request would fail.
 */
export function closeConnectionsWhenStopping(instance: FastifyInstance, readiness: Readiness): void {
  instance.addHook('onSend', (_request, reply, _payload, done) => {
    if (readiness.isStopping) reply.header('connection', 'close');
    done();
  });
  const sockets = trackSockets(instance);
  instance.addHook('preClose', async () => {
    const sweep = setInterval(() => closeIdleSockets(instance, sockets), sweepIntervalMs);
    instance.server.once('close', () => clearInterval(sweep));
    await acceptPendingConnections(instance.server);
  });
}

/**
 * Waits until no connection has arrived during five event loop iterations, at most one second, because closing the server resets
 * connections that are not accepted yet. Each iteration accepts only one connection (libuv since 1.46), and a later one reads it.
 */
async function acceptPendingConnections(server: Server): Promise<void> {
  let quietIterations = 0;
  const onConnection = (): void => {
    quietIterations = 0;
  };
  server.on('connection', onConnection);
  const deadlineMs = performance.now() + 1_000;
  while (quietIterations < minQuietIterations && performance.now() < deadlineMs) {
    await nextLoopIteration();
    quietIterations++;
  }
  server.off('connection', onConnection);
}

/** Maps each open socket to the number of sweeps during which it had sent no data. */
function trackSockets(instance: FastifyInstance): Map<Socket, number> {
  const sockets = new Map<Socket, number>();
  instance.server.on('connection', (socket: Socket) => {
    sockets.set(socket, 0);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
}

/**
 * Closes idle sockets, and also sockets that have sent no data, which Node would keep open for a minute. The latter are closed only
 * after a second, because their request may have arrived without being read yet.
 */
function closeIdleSockets(instance: FastifyInstance, sockets: Map<Socket, number>): void {
  instance.server.closeIdleConnections();
  for (const [socket, silentSweeps] of sockets) {
    if (socket.bytesRead > 0) continue;
    if (silentSweeps >= maxSilentSweeps) socket.destroy();
    else sockets.set(socket, silentSweeps + 1);
  }
}
