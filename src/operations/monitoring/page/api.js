const place = 'operations:session';

/** The tokens live as long as the tab: nothing of an administrator stays on the machine. */
let session = JSON.parse(sessionStorage.getItem(place) ?? 'null');

export class Refused extends Error {
  constructor(status, problem) {
    super(problem?.detail ?? problem?.title ?? `The server answered ${status}`);
    this.status = status;
    this.code = problem?.code;
  }
}

export const isSignedIn = () => session !== null;

function keep(tokens) {
  session = tokens && { accessToken: tokens.accessToken, refreshToken: tokens.refreshToken };
  if (session) sessionStorage.setItem(place, JSON.stringify(session));
  else sessionStorage.removeItem(place);
}

async function send(method, path, body) {
  const response = await fetch(`/api/v1${path}`, {
    method,
    headers: {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(session ? { authorization: `Bearer ${session.accessToken}` } : {}),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const answer = text === '' ? null : JSON.parse(text);
  if (!response.ok) throw new Refused(response.status, answer);
  return answer;
}

export async function signIn(login, password) {
  session = null;
  keep(await send('POST', '/auth/login', { login, password }));
  const { role } = await send('GET', '/me');
  if (role === 'admin') return;
  await signOut();
  throw new Refused(403, { detail: 'This page is for administrators.' });
}

export async function signOut() {
  const wasSignedIn = session !== null;
  if (wasSignedIn) await send('POST', '/auth/logout').catch(() => undefined);
  keep(null);
}

/** Two views that find the token too old renew it once: a refresh token is good for one use. */
let renewing = null;

function renew() {
  renewing ??= send('POST', '/auth/refresh', { refreshToken: session.refreshToken })
    .then(keep)
    .finally(() => (renewing = null));
  return renewing;
}

export async function ask(method, path, body) {
  try {
    return await send(method, path, body);
  } catch (error) {
    if (error.status !== 401 || !session) throw error;
    await renew().catch(() => {
      keep(null);
      throw error;
    });
    return send(method, path, body);
  }
}

export const get = (path) => ask('GET', path);
