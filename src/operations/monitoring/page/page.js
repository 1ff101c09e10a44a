import { announce, byId, h } from './dom.js';
import { isSignedIn, signIn, signOut } from './api.js';
import * as database from './database-views.js';
import { audit } from './audit-view.js';
import { jobs } from './jobs-view.js';
import { mails } from './mails-view.js';
import { outbox } from './outbox-view.js';

const refreshIntervalMs = 15_000;

/** The views by name: the title of the tab, and a function that returns the elements. */
const views = {
  overview: ['Overview', database.overview],
  queries: ['Queries', database.queries],
  slow: ['Slow', database.slowQueries],
  connections: ['Connections', database.connections],
  indexes: ['Indexes', database.indexes],
  storage: ['Storage', database.storage],
  locks: ['Locks', database.locks],
  outbox: ['Outbox', outbox],
  mails: ['Mails', mails],
  audit: ['Audit log', audit],
  jobs: ['Jobs', jobs],
};
const viewNames = Object.keys(views);

function currentView() {
  const name = location.hash.slice(1);
  return viewNames.includes(name) ? name : 'overview';
}

/** The number of the latest request. The response to an earlier request is dropped, because the user has left its view. */
let lastRequestNumber = 0;

async function show({ isAutomatic = false } = {}) {
  if (!isSignedIn()) return showSignIn();
  const requestNumber = ++lastRequestNumber;
  const name = currentView();
  updateFrame(name);
  const panel = byId('panel');
  if (!isAutomatic) panel.setAttribute('aria-busy', 'true');
  try {
    const content = await views[name][1](() => void show());
    if (requestNumber !== lastRequestNumber) return;
    const isInUse = isAutomatic && panel.contains(document.activeElement);
    if (!isInUse) panel.replaceChildren(...content.filter(Boolean));
    byId('updated').textContent = `Updated ${new Date().toLocaleTimeString('en-GB')}`;
  } catch (error) {
    if (requestNumber !== lastRequestNumber) return;
    if (error.status === 401) return showSignIn('Your session has expired. Sign in again.');
    panel.replaceChildren(
      h('p', { class: 'empty problem', role: 'alert' }, error.message || 'The server cannot be reached.'),
    );
  } finally {
    panel.removeAttribute('aria-busy');
  }
}

function updateFrame(name) {
  byId('controls').hidden = false;
  byId('tabs').hidden = false;
  document.title = `${views[name][0]}: Operations`;
  for (const tab of byId('tabs').children) {
    const isCurrent = tab.dataset.view === name;
    tab.setAttribute('aria-selected', String(isCurrent));
    tab.tabIndex = isCurrent ? 0 : -1;
    if (isCurrent) byId('panel').setAttribute('aria-labelledby', tab.id);
  }
  byId('panel').setAttribute('role', 'tabpanel');
}

function buildTabs() {
  const tabs = viewNames.map((name) =>
    h(
      'button',
      {
        type: 'button',
        role: 'tab',
        id: `tab-${name}`,
        'data-view': name,
        'aria-controls': 'panel',
        onclick: () => (location.hash = name),
      },
      views[name][0],
    ),
  );
  byId('tabs').replaceChildren(...tabs);
  byId('tabs').addEventListener('keydown', (event) => {
    const next = tabIndexForKey(event.key);
    if (next === undefined) return;
    event.preventDefault();
    location.hash = viewNames[next];
    tabs[next].focus();
    tabs[next].scrollIntoView({ block: 'nearest', inline: 'nearest' });
  });
}

/** The index of the tab that a key selects. After the last tab follows the first. Undefined for other keys. */
function tabIndexForKey(key) {
  const tabCount = viewNames.length;
  const index = viewNames.indexOf(currentView());
  if (key === 'ArrowRight') return (index + 1) % tabCount;
  if (key === 'ArrowLeft') return (index - 1 + tabCount) % tabCount;
  if (key === 'Home') return 0;
  if (key === 'End') return tabCount - 1;
  return undefined;
}

function showSignIn(message = '') {
  lastRequestNumber++;
  byId('controls').hidden = true;
  byId('tabs').hidden = true;
  byId('server').textContent = '';
  byId('panel').removeAttribute('role');
  byId('panel').removeAttribute('aria-labelledby');
  document.title = 'Sign in: Operations';
  const alert = h('p', { role: 'alert' }, message);
  const login = h('input', {
    name: 'login',
    autocomplete: 'username',
    required: true,
    autocapitalize: 'none',
    spellcheck: 'false',
  });
  const password = h('input', { name: 'password', type: 'password', autocomplete: 'current-password', required: true });
  const code = h('input', { name: 'code', autocomplete: 'one-time-code', autocapitalize: 'none', spellcheck: 'false' });
  const codeLabel = h('label', { hidden: true }, 'Code of the authenticator app, or a recovery code', code);
  const button = h('button', { class: 'primary' }, 'Sign in');
  const submit = async (event) => {
    event.preventDefault();
    button.disabled = true;
    try {
      await signIn(login.value, password.value, code.value);
      await show();
      announce('Signed in');
    } catch (error) {
      codeLabel.hidden &&= error.code !== 'SIGN_IN_INCOMPLETE';
      alert.textContent = error.code === 'SIGN_IN_INCOMPLETE' ? 'Enter a code, too.' : error.message;
      const wrong = codeLabel.hidden ? password : code;
      wrong.value = '';
      wrong.focus();
    } finally {
      button.disabled = false;
    }
  };
  byId('panel').replaceChildren(
    h(
      'form',
      { class: 'sign-in card', onsubmit: submit },
      h('h2', {}, 'Sign in as an administrator'),
      h('label', {}, 'Username or e-mail address', login),
      h('label', {}, 'Password', password),
      codeLabel,
      alert,
      button,
    ),
  );
  login.focus();
}

/**
 * Whether the user has opened details, focused an element or selected text. Then the page is not refreshed, because a refresh
 * would close the details and lose the selection.
 */
const isBusy = () => {
  const panel = byId('panel');
  const selection = getSelection();
  return (
    panel.querySelector('details[open]') ||
    panel.contains(document.activeElement) ||
    (selection && !selection.isCollapsed)
  );
};

buildTabs();
byId('refresh').addEventListener('click', () => void show());
byId('sign-out').addEventListener('click', () => void signOut().then(() => showSignIn()));
window.addEventListener('hashchange', () => void show());
setInterval(() => {
  const isLive = byId('live').checked && document.visibilityState === 'visible';
  if (isLive && isSignedIn() && !isBusy()) void show({ isAutomatic: true });
}, refreshIntervalMs);
void show();
