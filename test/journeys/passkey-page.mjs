import { createSchoolClient } from '../../packages/client/dist/index.js';

/** What a front end does with passkeys. It runs in the page, so it uses only the client and the interfaces of the browser. */
const school = createSchoolClient({ baseUrl: new URLSearchParams(location.search).get('school') });
const password = 'boats in the early fog';

export async function register(username) {
  const body = { username, email: `${username}@school.test`, password, role: 'student' };
  return (await school.register({ body })).user.username;
}

export async function addPasskey(name) {
  const { publicKey } = await school.beginPasskey();
  const options = PublicKeyCredential.parseCreationOptionsFromJSON(publicKey);
  const credential = await navigator.credentials.create({ publicKey: options });
  return school.addPasskey({ body: { name, credential: credential.toJSON() } });
}

async function sign({ publicKey }) {
  const options = PublicKeyCredential.parseRequestOptionsFromJSON(publicKey);
  return (await navigator.credentials.get({ publicKey: options })).toJSON();
}

/** Nobody types a name: the browser finds the passkey by the domain. */
export async function signInWithPasskey() {
  const { user } = await school.signInWithPasskey({
    body: { credential: await sign(await school.requestPasskeyChallenge()) },
  });
  return user.username;
}

export async function passwordAlone(login) {
  const { problem } = await school.signIn.try({ body: { login, password } });
  return problem.code;
}

export const proveAgain = async () =>
  school.reauthenticate({ body: { passkey: await sign(await school.requestProofChallenge()) } });
export const signOut = () => school.signOut();
export const passkeyNames = async () => (await school.listMyPasskeys()).data.map(({ name }) => name);
