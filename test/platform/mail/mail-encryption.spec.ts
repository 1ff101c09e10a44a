import { Config } from '../../../src/platform/config/config';
import { SmtpTransport } from '../../../src/platform/mail/smtp-transport';
import { SmtpReceiver } from '../../support/smtp';

/** A server without STARTTLS, as it looks to a client if somebody on the way has removed the offer. */
let smtp: SmtpReceiver;
const onLogin = jest.fn();
beforeAll(async () => {
  smtp = await SmtpReceiver.start();
  smtp.onLogin = onLogin;
});
afterAll(() => smtp.stop());
beforeEach(() => onLogin.mockClear());

const production = {
  NODE_ENV: 'production',
  AUTH_SECRET: 'Zk3vQ9sT1mX7bR5nL2wY8cH4pD6gJ0fA',
  TRUST_PROXY_HOPS: '0',
  PUBLIC_URL: 'https://school.example',
};
const mail = {
  messageId: '<1@brush.test>',
  address: 'noor@brush.test',
  createdAt: new Date(0),
  ...{ subject: 'A link', text: 'A link', html: '<p>A link</p>', headers: {} },
};

async function send(environment: Record<string, string>, query = ''): Promise<void> {
  const { MAIL_URL: url, ...sender } = smtp.settings;
  const transport = new SmtpTransport(new Config({ ...sender, ...environment, MAIL_URL: `${url}${query}` }));
  await transport.send(mail).finally(() => transport.close());
}

test('in production neither the password nor a mail is sent without TLS', async () => {
  await expect(send(production)).rejects.toMatchObject({ code: 'ETLS' });
  expect([onLogin.mock.calls.length, smtp.received.length]).toEqual([0, 0]);
});

test('an operator can allow it for a relay on the same machine, and development needs no TLS', async () => {
  await send(production, '/?requireTLS=false');
  await send({ NODE_ENV: 'development' });
  expect(smtp.received).toHaveLength(2);
});
