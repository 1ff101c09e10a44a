import { Socket } from 'node:net';
import { Client } from 'pg';
import { destroySocket } from './pg-socket';

it('a client of pg has its socket in connection.stream, and destroySocket destroys it', () => {
  const client = new Client();
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
  expect(stream).toBeInstanceOf(Socket);
  destroySocket(client);
  expect(stream.destroyed).toBe(true);
});
