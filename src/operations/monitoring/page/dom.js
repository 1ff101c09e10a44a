/** Creates an element with attributes and children. Texts are inserted as text, never as markup. */
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

/** Announces a message to users of screen readers. */
export function announce(message) {
  byId('announcement').textContent = message;
}

export const empty = (text) => h('p', { class: 'empty' }, text);

/**
 * Creates a table that becomes a list of cards on a narrow screen. A column is `{ title, of(row), number, wide, tight }`.
 * Without rows, the text `none` is shown instead.
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

export function copyButton(text, subject) {
  const button = h('button', { type: 'button', 'aria-label': `Copy the repair of ${subject}` }, 'Copy');
  button.addEventListener('click', async () => {
    const isCopied = await copy(text);
    button.textContent = isCopied ? 'Copied' : 'Press Ctrl+C';
    announce(isCopied ? 'Copied' : 'Not copied');
    setTimeout(() => (button.textContent = 'Copy'), 2_000);
  });
  return button;
}

/** Uses a text area as fallback, because browsers offer the clipboard only on HTTPS and on localhost. */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = h('textarea', { readonly: true, class: 'visually-hidden' });
    area.value = text;
    document.body.append(area);
    area.select();
    const isCopied = document.execCommand('copy');
    area.remove();
    return isCopied;
  }
}
