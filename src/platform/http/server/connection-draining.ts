import type { Server, Socket } from 'node:net';
import { setImmediate as nextLoopIteration } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Readiness } from '../health/readiness';

const sweepEveryMs = 50;
/** 20 sweeps take one second. */
const maxSilentSweeps = 20;
const minQuietIterations = 5;

/**
 * Closes connections as they become idle, because `server.close()` closes only those that are idle at that moment. A connection
 * kept alive by a later response would hold the process for 72 seconds (Fastify's keep-alive time) and cut the client's next request.
 */
export function closeConnectionsWhenStopping(instance: FastifyInstance, readiness: Readiness): void {
  instance.addHook('onSend', (_request, reply, _payload, done) => {
    if (readiness.isStopping) reply.header('connection', 'close');
    done();
  });
  const sockets = trackSockets(instance);
  instance.addHook('preClose', async () => {
    const sweep = setInterval(() => closeIdleSockets(instance, sockets), sweepEveryMs);
    instance.server.once('close', () => clearInterval(sweep));
    await acceptPendingConnections(instance.server);
  });
}

/**
 * Waits until no connection has arrived for five event loop iterations, or for one second, because closing resets connections that are not
 * accepted yet. Each iteration accepts one connection (libuv since 1.46), and a later one reads it.
 */
async function acceptPendingConnections(server: Server): Promise<void> {
  let quietIterations = 0;
  const onConnection = (): unknown => (quietIterations = 0);
  server.on('connection', onConnection);
  const deadline = performance.now() + 1_000;
  for (; quietIterations < minQuietIterations && performance.now() < deadline; quietIterations++)
    await nextLoopIteration();
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
 * Closes sockets that are idle by now, and sockets that never sent a request, which Node treats as busy for a minute. The latter
 * are closed only after a second, because a busy process may not have read a request that has arrived.
 */
function closeIdleSockets(instance: FastifyInstance, sockets: Map<Socket, number>): void {
  instance.server.closeIdleConnections();
  for (const [socket, silentSweeps] of sockets) {
    if (socket.bytesRead > 0) continue;
    if (silentSweeps >= maxSilentSweeps) socket.destroy();
    else sockets.set(socket, silentSweeps + 1);
  }
}
