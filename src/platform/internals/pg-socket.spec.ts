import { Socket } from 'node:net';
import { Client } from 'pg';
import { corked, destroySocket } from './pg-socket';

it('a client of pg has its socket in connection.stream, and destroySocket destroys it', () => {
  const client = new Client();
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
  expect(stream).toBeInstanceOf(Socket);
  destroySocket(client);
  expect(stream.destroyed).toBe(true);
});

it('corked corks the socket of a client of pg, and uncorks it also after an error', () => {
  const client = new Client();
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
  expect(corked(client, () => stream.writableCorked)).toBe(1);
  expect(() =>
    corked(client, () => {
      throw new Error('not sent');
    }),
  ).toThrow('not sent');
  expect(stream.writableCorked).toBe(0);
});
