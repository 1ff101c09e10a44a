/** An element with attributes and children; text is text, never markup. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const byId = (id) => document.getElementById(id);

/** For those who do not see what has changed. */
export function tell(message) {
  byId('told').textContent = message;
}

export const empty = (text) => h('p', { class: 'empty' }, text);

/**
 * A table that becomes a list of cards on a narrow screen. A column: `{ title, of(row), number, wide }`.
 * Without rows: what that means, in words.
 */
export function table({ caption, columns, rows, none }) {
  if (rows.length === 0) return empty(none);
  const classOf = ({ number, wide, tight }) => (number ? 'number' : wide ? 'wide' : tight ? 'tight' : undefined);
  const cells = (row) =>
    columns.map((column) => h('td', { class: classOf(column), 'data-label': column.title }, column.of(row)));
  return h(
    'div',
    { class: 'scroller' },
    h(
      'table',
      { class: 'stacked' },
      h('caption', { class: 'visually-hidden' }, caption),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          columns.map((column) => h('th', { scope: 'col', class: column.number ? 'number' : undefined }, column.title)),
        ),
      ),
      h(
        'tbody',
        {},
        rows.map((row) => h('tr', {}, cells(row))),
      ),
    ),
  );
}

export const figures = (pairs) =>
  h(
    'dl',
    { class: 'figures' },
    pairs.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))),
  );

export function copyButton(text, what) {
  const button = h('button', { type: 'button', 'aria-label': `Copy what mends ${what}` }, 'Copy');
  button.addEventListener('click', async () => {
    const done = await copy(text);
    button.textContent = done ? 'Copied' : 'Press Ctrl+C';
    tell(done ? 'Copied' : 'Not copied');
    setTimeout(() => (button.textContent = 'Copy'), 2_000);
  });
  return button;
}

/** The clipboard is only there on HTTPS and on this machine. */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = h('textarea', { readonly: true, class: 'visually-hidden' });
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
}
