import { text } from '../../src/platform/database/columns';
import { Client, School, type ApiResponse } from '../support/school';
import { SoftwareAuthenticator, type CeremonyOptions } from '../support/software-authenticator';
import { addAuthenticator, beginSignIn, clientOf, completeSignIn, registerWithFactor } from './factor-fixtures';
import { advanceClock, goodPassword, register, signIn, statusesOf, type Registered } from './user-fixtures';

const origin = 'https://school.example';
const rpId = 'school.example';

let school: School;
beforeAll(async () => {
  const environment = { PUBLIC_URL: origin, CORS_ORIGINS: 'https://app.school.example' };
  school = await School.open({ environment });
});
afterAll(() => school.close());
afterEach(() => school.clock.stopAt(null));

const refused = { status: 422, body: { code: 'PASSKEY_REFUSED' } };
const needsProof = { status: 403, body: { code: 'REAUTHENTICATION_REQUIRED' } };
const newAuthenticator = (isSynced = false) => new SoftwareAuthenticator(origin, rpId, isSynced);
const creationOptions = async (client: Client) => (await client.post('/me/passkeys/challenge')).body.publicKey;
/** For a sign-in, or for a re-authentication of this person. */
const requestOptions = async (client?: Client) => {
  const request = client?.post('/auth/reauthentication/challenge') ?? school.visitor.post('/auth/passkey-challenges');
  return (await request).body.publicKey;
};
const send = (credential: unknown) => school.visitor.post('/auth/passkey', { credential });
const add = async (client: Client, authenticator: SoftwareAuthenticator, options: CeremonyOptions = {}) =>
  client.post('/me/passkeys', {
    name: 'Phone',
    credential: authenticator.create(await creationOptions(client), options),
  });
const signInWith = async (authenticator: SoftwareAuthenticator, options: CeremonyOptions = {}) =>
  send(authenticator.get(await requestOptions(), options));

/** A person with a passkey. */
async function withPasskey(isSynced = false): Promise<Registered & { key: SoftwareAuthenticator; added: ApiResponse }> {
  const person = await register(school);
  const key = newAuthenticator(isSynced);
  const added = await add(person.client, key);
  if (added.status !== 201) throw new Error(JSON.stringify(added.body));
  return { ...person, key, added };
}

describe('adding a passkey', () => {
  test('the first one gives recovery codes, ends the other sessions, is listed, and the person is told', async () => {
    const { client, username } = await register(school);
    const other = clientOf(school, await signIn(school, username));
    const added = await add(client, newAuthenticator(true));
    expect(added).toMatchObject({ status: 201, body: { name: 'Phone', isSynced: true, lastUsedAt: null } });
    expect(added.body.recoveryCodes).toHaveLength(10);
    expect((await other.get('/me')).status).toBe(401);
    expect((await add(client, newAuthenticator())).body.recoveryCodes).toBeNull();
    const { data } = (await client.get('/me/passkeys')).body;
    expect(data.map(({ isSynced }: { isSynced: boolean }) => isSynced)).toEqual([false, true]);
    expect((await client.get('/me/second-factor')).body).toMatchObject({ passkeyCount: 2, authenticatorAddedAt: null });
    await school.settle();
    const alerts = (await client.get('/me/notifications?type=security_alert')).body.data;
    expect(alerts[0].message).toMatch(/^A passkey was added/);
  });

  test('a half-authenticated person cannot add one', async () => {
    const { username } = await registerWithFactor(school);
    const half = new Client(school, await beginSignIn(school, username));
    expect((await half.post('/me/passkeys/challenge')).status).toBe(401);
    const credential = newAuthenticator().create({ user: { id: 'eA' }, challenge: 'AAAA' });
    expect((await half.post('/me/passkeys', { name: 'Thief', credential })).status).toBe(401);
  });

  test('needs a recent proof, also if the challenge was requested before', async () => {
    const { client } = await register(school);
    const options = await creationOptions(client);
    advanceClock(school, 601);
    expect(await client.post('/me/passkeys/challenge')).toMatchObject(needsProof);
    const credential = newAuthenticator().create(options);
    expect(await client.post('/me/passkeys', { name: 'Late', credential })).toMatchObject(needsProof);
  });

  test('a response to the challenge of another person, or of another session of the same person, is refused', async () => {
    const [noor, thief] = [await register(school), await register(school)];
    const sameNoor = clientOf(school, await signIn(school, noor.username));
    for (const caller of [thief.client, sameNoor]) {
      const credential = newAuthenticator().create(await creationOptions(noor.client));
      expect(await caller.post('/me/passkeys', { name: 'Thief', credential })).toMatchObject(refused);
    }
    for (const person of [noor.client, thief.client]) expect((await person.get('/me/passkeys')).body.data).toEqual([]);
  });

  test('a stale challenge, a used one, an invented one and that of a sign-in are refused', async () => {
    const { client } = await register(school);
    const sendCreated = (options: object) =>
      client.post('/me/passkeys', { name: 'Phone', credential: newAuthenticator().create(options) });
    const stale = await creationOptions(client);
    advanceClock(school, 301);
    expect(await sendCreated(stale)).toMatchObject(refused);
    const used = await creationOptions(client);
    expect((await sendCreated(used)).status).toBe(201);
    expect(await sendCreated(used)).toMatchObject(refused);
    expect(await sendCreated({ ...used, challenge: 'A'.repeat(43) })).toMatchObject(refused);
    const ofSignIn = await requestOptions();
    expect(await sendCreated({ ...used, challenge: ofSignIn.challenge })).toMatchObject(refused);
    const ofProof = await requestOptions(client);
    expect(await sendCreated({ ...used, challenge: ofProof.challenge })).toMatchObject(refused);
  });

  test('another origin, another domain and a device without a PIN or finger are refused', async () => {
    const { client } = await register(school);
    for (const options of [{ origin: 'https://evil.example' }, { rpId: 'evil.example' }, { isVerified: false }])
      expect(await add(client, newAuthenticator(), options)).toMatchObject(refused);
    expect((await add(client, newAuthenticator(), { origin: 'https://app.school.example' })).status).toBe(201);
  });

  test('the options name the passkeys that the person has, with their transports', async () => {
    const { client } = await withPasskey();
    const { excludeCredentials } = await creationOptions(client);
    expect(excludeCredentials).toEqual([{ id: expect.any(String), transports: ['internal'], type: 'public-key' }]);
  });

  test('the same credential cannot be added to a second account, and responses without sense are refused', async () => {
    const { key } = await withPasskey();
    const { client } = await register(school);
    expect((await add(client, key)).body.code).toBe('PASSKEY_EXISTS');
    const credential = key.create(await creationOptions(client));
    for (const response of [
      { ...credential.response, attestationObject: 'o2Nm' },
      { ...credential.response, clientDataJSON: 'e30' },
      { ...credential.response, clientDataJSON: '' },
    ])
      expect(await client.post('/me/passkeys', { name: 'x', credential: { ...credential, response } })).toMatchObject(
        refused,
      );
  });
});

describe('signing in with a passkey', () => {
  test('needs no name, no password and no code, and is a recent proof', async () => {
    const { key, username } = await withPasskey();
    const options = await requestOptions();
    expect(options).toMatchObject({ rpId, userVerification: 'required' });
    expect(options.allowCredentials ?? []).toEqual([]);
    const response = await send(key.get(options));
    expect(response).toMatchObject({ status: 200, body: { user: { username } } });
    const client = clientOf(school, response);
    expect((await client.post('/me/passkeys/challenge')).status).toBe(200);
    expect((await client.get('/me/passkeys')).body.data[0].lastUsedAt).not.toBeNull();
  });

  test('a repeated response is refused, also at the same moment', async () => {
    const { key } = await withPasskey(true);
    const assertion = key.get(await requestOptions());
    const responses = await Promise.all([send(assertion), send(assertion), send(assertion)]);
    expect(statusesOf(responses)).toEqual([200, 422, 422]);
    expect(await send(assertion)).toMatchObject(refused);
  });

  test('a stale challenge, that of a session, another origin, another domain and no PIN or finger are refused', async () => {
    const { key, client } = await withPasskey();
    const stale = await requestOptions();
    advanceClock(school, 301);
    expect(await send(key.get(stale))).toMatchObject(refused);
    school.clock.stopAt(null);
    expect(await send(key.get(await requestOptions(client)))).toMatchObject(refused);
    for (const options of [{ origin: 'https://evil.example' }, { rpId: 'evil.example' }, { isVerified: false }])
      expect(await signInWith(key, options)).toMatchObject(refused);
    expect((await signInWith(key)).status).toBe(200);
  });

  test('a passkey that nobody added, one with a wrong signature and one for another person are refused alike', async () => {
    const [noor, vera] = [await withPasskey(), await withPasskey()];
    const unknown = newAuthenticator();
    const assertion = noor.key.get(await requestOptions());
    const otherSignature = vera.key.get(await requestOptions()).response.signature;
    const bodies = [];
    for (const response of [
      await send(unknown.get(await requestOptions(), { userHandle: 'eA' })),
      await send({ ...assertion, response: { ...assertion.response, signature: otherSignature } }),
      await signInWith(noor.key, { userHandle: Buffer.from(`user ${vera.id}`).toString('base64url') }),
    ]) {
      expect(response).toMatchObject(refused);
      bodies.push({ ...response.body, traceId: '' });
    }
    expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1);
  });

  test('a closed account and a removed passkey are refused', async () => {
    const [noor, vera] = [await withPasskey(), await withPasskey()];
    await (await school.admin()).delete(`/users/${noor.id}/activation`);
    expect(await signInWith(noor.key)).toMatchObject(refused);
    expect((await vera.client.delete(`/me/passkeys/${vera.added.body.id}`)).status).toBe(204);
    expect(await signInWith(vera.key)).toMatchObject(refused);
  });

  test('a synced passkey always counts 0, and a counter that does not grow is refused and told to the owner', async () => {
    const synced = await withPasskey(true);
    for (const _ of [1, 2, 3]) expect((await signInWith(synced.key)).status).toBe(200);
    const { key, client } = await withPasskey();
    expect((await signInWith(key, { counter: 7 })).status).toBe(200);
    for (const counter of [7, 6, 0]) expect(await signInWith(key, { counter })).toMatchObject(refused);
    expect((await signInWith(key, { counter: 8 })).status).toBe(200);
    await school.settle();
    const alerts = (await client.get('/me/notifications?type=security_alert')).body.data;
    expect(JSON.stringify(alerts)).toMatch(/somebody may have copied the passkey/);
  });
});

describe('a passkey as the second factor', () => {
  test('the password alone no longer signs in, and a recovery code does', async () => {
    const { username, added } = await withPasskey();
    const challenge = await beginSignIn(school, username);
    expect(await completeSignIn(school, challenge, '123456')).toMatchObject({ body: { code: 'CODE_REFUSED' } });
    expect((await completeSignIn(school, challenge, added.body.recoveryCodes[0])).status).toBe(200);
  });

  test('it proves again who a person is, in the session that asked for the challenge, and not for somebody else', async () => {
    const [noor, vera] = [await withPasskey(), await withPasskey()];
    advanceClock(school, 601);
    const prove = (credential: unknown) => noor.client.post('/auth/reauthentication', { passkey: credential });
    expect(await noor.client.post('/auth/reauthentication', { password: goodPassword })).toMatchObject({
      status: 422,
      body: { code: 'CODE_REFUSED' },
    });
    expect(await prove(noor.key.get(await requestOptions()))).toMatchObject(refused);
    expect(await prove(vera.key.get(await requestOptions(noor.client)))).toMatchObject(refused);
    expect(await prove(noor.key.get(await requestOptions(vera.client)))).toMatchObject(refused);
    expect(await noor.client.delete(`/me/passkeys/${noor.added.body.id}`)).toMatchObject(needsProof);
    expect((await prove(noor.key.get(await requestOptions(noor.client)))).status).toBe(200);
    expect((await noor.client.delete(`/me/passkeys/${noor.added.body.id}`)).status).toBe(204);
    expect((await signIn(school, noor.username)).status).toBe(200);
  });

  test('the recovery codes stay while another factor is left', async () => {
    const { client, added, username } = await withPasskey();
    const { app } = await addAuthenticator(school, client);
    await client.delete(`/me/passkeys/${added.body.id}`);
    expect((await client.get('/me/second-factor')).body).toMatchObject({ recoveryCodesLeftCount: 10 });
    expect((await completeSignIn(school, await beginSignIn(school, username), app.code(1))).status).toBe(200);
  });

  test('an administrator who removes the factors of a person removes the passkeys', async () => {
    const { id, key } = await withPasskey();
    await (await school.admin()).delete(`/users/${id}/second-factor`, { reason: 'Lost the phone' });
    expect(await signInWith(key)).toMatchObject(refused);
  });
});

test('a person renames and removes their own passkeys only, and old challenges are removed', async () => {
  const [noor, vera] = [await withPasskey(), await withPasskey()];
  const path = `/me/passkeys/${noor.added.body.id}`;
  expect((await noor.client.patch(path, { name: 'Old phone' })).body.name).toBe('Old phone');
  expect((await vera.client.patch(path, { name: 'Mine' })).body.code).toBe('PASSKEY_NOT_FOUND');
  expect((await vera.client.delete(path)).body.code).toBe('PASSKEY_NOT_FOUND');
  await requestOptions();
  // The clock of an earlier test was ahead, and so are its challenges.
  advanceClock(school, 3_600);
  await requestOptions();
  const left = await school.database.rows({ hash: text }, 'SELECT hash FROM users_passkeychallenge');
  expect(left).toHaveLength(1);
});
