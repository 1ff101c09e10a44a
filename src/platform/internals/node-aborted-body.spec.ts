import { connect, type AddressInfo } from 'node:net';
import fastify from 'fastify';
import { isAbortedBody } from './node-aborted-body';

it('isAbortedBody knows the error that Fastify gets from Node when a client disconnects in the middle of a body', async () => {
  const server = fastify({ forceCloseConnections: true });
  const thrown = new Promise((resolve) => {
    server.setErrorHandler((error, _request, reply) => {
      resolve(error);
      return reply.send();
    });
  });
  server.post('/', () => 'received');
  await server.listen({ port: 0, host: '127.0.0.1' });
  try {
    const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1');
    const head = 'POST / HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n';
    server.server.once('request', () => setImmediate(() => socket.destroy()));
    socket.write(`${head}{"title":`);
    const error = await thrown;
    expect([error, isAbortedBody(error)]).toEqual([error, true]);
  } finally {
    await server.close();
  }
});

it('isAbortedBody does not match another broken connection', () => {
  expect(isAbortedBody(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }))).toBe(false);
});
