const storageKey = 'operations:session';

/** The tokens are kept in session storage, so that they do not stay on the machine after the tab is closed. */
let session = JSON.parse(sessionStorage.getItem(storageKey) ?? 'null');

class ResponseError extends Error {
  constructor(status, problem) {
    super(problem?.detail ?? problem?.title ?? `The server returned status ${status}`);
    this.status = status;
    this.code = problem?.code;
    this.challenge = problem?.challenge;
  }
}

export const isSignedIn = () => session !== null;

function saveSession(tokens) {
  session = tokens && { accessToken: tokens.accessToken, refreshToken: tokens.refreshToken };
  if (session) sessionStorage.setItem(storageKey, JSON.stringify(session));
  else sessionStorage.removeItem(storageKey);
}

async function send(method, path, body) {
  const options = { method, headers: { accept: 'application/json' } };
  if (session) options.headers.authorization = `Bearer ${session.accessToken}`;
  if (body !== undefined) {
    options.headers['content-type'] = 'application/json';
    options.body = JSON.stringify(body);
  }
  const response = await fetch(`/api/v1${path}`, options);
  const text = await response.text();
  const content = text === '' ? null : JSON.parse(text);
  if (!response.ok) throw new ResponseError(response.status, content);
  return content;
}

/** Without a code, the sign-in of a person with a second factor fails with the code SIGN_IN_INCOMPLETE. */
export async function signIn(login, password, code = '') {
  session = null;
  const signedIn = send('POST', '/auth/login', { login, password }).catch((error) => {
    if (!error.challenge || code === '') throw error;
    return send('POST', '/auth/second-factor', { challenge: error.challenge, code });
  });
  saveSession(await signedIn);
  const { role } = await send('GET', '/me');
  if (role === 'admin') return;
  await signOut();
  throw new ResponseError(403, { detail: 'Only administrators can use this page.' });
}

export async function signOut() {
  const wasSignedIn = session !== null;
  if (wasSignedIn) await send('POST', '/auth/logout').catch(() => undefined);
  saveSession(null);
}

/** The renewal that is in progress. Concurrent requests share it, because a refresh token can be used only once. */
let renewal = null;

function renewSession() {
  renewal ??= send('POST', '/auth/refresh', { refreshToken: session.refreshToken })
    .then(saveSession)
    .finally(() => (renewal = null));
  return renewal;
}

/** Sends a request. If the access token has expired, the session is renewed and the request is sent once more. */
export async function request(method, path, body) {
  try {
    return await send(method, path, body);
  } catch (error) {
    if (error.status !== 401 || !session) throw error;
    await renewSession().catch(() => {
      saveSession(null);
      throw error;
    });
    return send(method, path, body);
  }
}

export const get = (path) => request('GET', path);
