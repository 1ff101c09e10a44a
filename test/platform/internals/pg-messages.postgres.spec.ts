import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Client, Pool } from 'pg';
import { meansNoConnection, meansQueryTimeout } from '../../../src/platform/internals/pg-messages';
import { destroySocket } from '../../../src/platform/internals/pg-socket';

const url = process.env.TEST_POSTGRES_URL!;
const messageOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no error',
    (error: Error) => error.message,
  );

async function connected(): Promise<Client> {
  const client = new Client(url);
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** A server that accepts connections and says nothing. */
async function silentServer(): Promise<{ port: number; close: () => void }> {
  const sockets: Socket[] = [];
  const server: Server = createServer((socket) => void sockets.push(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): void => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { port: (server.address() as AddressInfo).port, close };
}

it('meansNoConnection knows the error of the pool of pg whose connections are all in use', async () => {
  const pool = new Pool({ connectionString: url, max: 1 });
  const client = await pool.connect();
  pool.options.connectionTimeoutMillis = 50;
  const message = await messageOf(pool.query('SELECT 1'));
  client.release();
  await pool.end();
  expect([message, meansNoConnection(message)]).toEqual([message, true]);
});

it('meansNoConnection knows the error of the pool of pg whose server does not answer', async () => {
  const server = await silentServer();
  const pool = new Pool({ host: '127.0.0.1', port: server.port, user: 'ada', connectionTimeoutMillis: 50 });
  const message = await messageOf(pool.query('SELECT 1'));
  server.close();
  await pool.end();
  expect([message, meansNoConnection(message)]).toEqual([message, true]);
});

it('meansNoConnection knows the error of pg for a connection that is lost during a statement, and after it', async () => {
  const client = await connected();
  const during = messageOf(client.query('SELECT pg_sleep(1)'));
  destroySocket(client);
  const messages = [await during, await messageOf(client.query('SELECT 1'))];
  expect([messages, messages.map(meansNoConnection)]).toEqual([messages, [true, true]]);
});

it('meansNoConnection knows the error of pg for a statement after the end', async () => {
  const client = await connected();
  await client.end();
  const message = await messageOf(client.query('SELECT 1'));
  expect([message, meansNoConnection(message)]).toEqual([message, true]);
});

it('meansQueryTimeout and meansNoConnection know the error of pg for a statement that got no answer in time', async () => {
  const client = await connected();
  const slow = { text: 'SELECT pg_sleep(1)', query_timeout: 50 };
  const message = await messageOf(client.query(slow));
  destroySocket(client);
  expect([message, meansQueryTimeout(message), meansNoConnection(message)]).toEqual([message, true, true]);
});
