// The session of the page. Its tokens are in memory only, because the next person at the same browser must not find them.
const api = '/api/v1';
/** A token is refreshed this long before it ends. */
const refreshBeforeEndMs = 60_000;
const retryMs = 10_000;

let session = null;
let refreshing = null;
let timer;
const listeners = new Set();

/** Calls `listener(user, message)` after each sign-in and sign-out. The user is null when nobody is signed in. */
export function onSessionChange(listener) {
  listeners.add(listener);
}

/** Without a code, the sign-in of a person with a second factor fails with the code SIGN_IN_INCOMPLETE. */
export async function signIn(login, password, code = '') {
  let response = await post('/auth/login', { login, password });
  let body = await response.json();
  if (body.challenge && code !== '') {
    response = await post('/auth/second-factor', { challenge: body.challenge, code });
    body = await response.json();
  }
  if (!response.ok) throw Object.assign(new Error(body.detail ?? body.title), { code: body.code });
  await signOut();
  keep(response, body);
  publish();
}

export async function signOut(message = '') {
  if (!session) return;
  const { accessToken } = session;
  forget(message);
  await post('/auth/logout', undefined, accessToken).catch(() => undefined);
}

/** Returns a token that is still valid for a while, or null when nobody is signed in. */
export async function freshToken() {
  if (session && performance.now() > session.endsAtMs - refreshBeforeEndMs / 2) await refresh();
  return session?.accessToken ?? null;
}

/** Only one refresh runs at a time, because a refresh token that is used twice ends the session. */
function refresh() {
  refreshing ??= refreshOnce().finally(() => {
    refreshing = null;
  });
  return refreshing;
}

async function refreshOnce() {
  const refreshed = session;
  try {
    const response = await post('/auth/refresh', { refreshToken: refreshed.refreshToken });
    // The person may have signed out in the meantime.
    if (session !== refreshed) return;
    if (response.ok) keep(response, { user: refreshed.user, ...(await response.json()) });
    else if (response.status === 401) forget('The session has ended. Sign in again.');
    else schedule(retryMs);
  } catch {
    if (session === refreshed) schedule(retryMs);
  }
}

/** The clocks of the browser and the server may differ, so the lifetime is computed from the times of the server. */
function keep(response, { user, accessToken, refreshToken, expiresAt }) {
  const lifetimeMs = Date.parse(expiresAt) - Date.parse(response.headers.get('Date'));
  session = { user, accessToken, refreshToken, endsAtMs: performance.now() + lifetimeMs };
  schedule(lifetimeMs - refreshBeforeEndMs);
}

function schedule(delayMs) {
  clearTimeout(timer);
  timer = setTimeout(refresh, Math.max(delayMs, 1_000));
}

function forget(message) {
  clearTimeout(timer);
  session = null;
  publish(message);
}

function publish(message = '') {
  for (const listener of listeners) listener(session?.user ?? null, message);
}

function post(path, body, token, keepalive = false) {
  return fetch(api + path, {
    method: 'POST',
    headers: {
      ...(body ? { 'Content-Type': 'application/json' } : {}),
      ...(token ? { Authorization: `Bearer ${token}` } : {}),
    },
    body: body ? JSON.stringify(body) : undefined,
    keepalive,
  });
}

// The tokens are lost with the page, so its session must not stay open for weeks. A page in the back/forward cache keeps them.
addEventListener('pagehide', (event) => {
  if (session && !event.persisted)
    void post('/auth/logout', undefined, session.accessToken, true).catch(() => undefined);
});
