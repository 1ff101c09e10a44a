/** What a front end without the client does. It runs in the page, so it uses only the interfaces of the browser. */
export async function useApi(api) {
  const send = (method, path, token, body, more = {}) =>
    fetch(api + path, {
      method,
      headers: {
        ...(token ? { Authorization: `Bearer ${token}` } : {}),
        ...(body ? { 'Content-Type': 'application/json' } : {}),
        ...more,
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  const signIn = async (login) =>
    (await send('POST', '/auth/login', undefined, { login, password: 'six-pigments-2-brushes' })).json();
  const signedIn = await signIn('elena');
  const refreshed = await (
    await send('POST', '/auth/refresh', undefined, { refreshToken: signedIn.refreshToken })
  ).json();
  const token = refreshed.accessToken;

  const me = await send('GET', '/me', token);
  const etag = me.headers.get('ETag');
  const unchanged = await fetch(`${api}/me`, {
    headers: { Authorization: `Bearer ${token}`, 'If-None-Match': etag },
    cache: 'no-store',
  });
  const course = { title: `Gouache ${Date.now()}`, description: 'x', category: 'painting', level: 'beginner' };
  const created = await send('POST', '/courses', token, course, { 'Idempotency-Key': crypto.randomUUID() });
  const { id } = await created.json();
  const edited = await send(
    'PATCH',
    `/courses/${id}`,
    token,
    { title: `${course.title} II` },
    { 'If-Match': '"v999-x"' },
  );

  const { ticket } = await (await send('POST', '/me/notifications/stream-tickets', token)).json();
  const source = new EventSource(`${api}/me/notifications/stream?ticket=${ticket}`);
  await new Promise((resolve, reject) => {
    source.addEventListener('open', resolve);
    source.addEventListener('error', reject);
  });
  const arrived = new Promise((resolve) =>
    source.addEventListener('notification', (event) => resolve(JSON.parse(event.data))),
  );
  const aisha = await signIn('aisha');
  const gift = { recipientId: signedIn.user.id, amount: 1, message: 'Thank you!' };
  const transfer = await send('POST', '/coins/transfers', aisha.accessToken, gift, {
    'Idempotency-Key': crypto.randomUUID(),
  });
  const { type } = await arrived;
  source.close();
  const signedOut = await send('POST', '/auth/logout', token);
  return {
    username: (await me.json()).username,
    readable: ['Date', 'ETag', 'X-Trace-Id', 'RateLimit-Remaining'].filter((name) => me.headers.get(name) !== null),
    unchanged: unchanged.status,
    created: created.status,
    edited: edited.status,
    transfer: transfer.status,
    type,
    signedOut: signedOut.status,
  };
}

/** Returns the state of an EventSource after its first error. */
export async function stateWithUsedTicket(api) {
  const source = new EventSource(`${api}/me/notifications/stream?ticket=${'a'.repeat(43)}`);
  await new Promise((resolve) => {
    source.addEventListener('error', resolve);
  });
  return source.readyState;
}
