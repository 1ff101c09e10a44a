const isPresent = (value) => value !== null && value !== undefined && value !== false;

/**
 * Creates an element with attributes and children. An attribute whose name begins with `on` is an event listener. Texts are
 * inserted as text, never as markup.
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (!isPresent(value)) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.flat().filter(isPresent));
  return element;
}

export const byId = (id) => document.getElementById(id);

/** Announces a message to users of screen readers. */
export function announce(message) {
  byId('announcement').textContent = message;
}

export const empty = (text) => h('p', { class: 'empty' }, text);

function cellClass({ number, wide, tight }) {
  if (number) return 'number';
  if (wide) return 'wide';
  return tight ? 'tight' : undefined;
}

/**
 * Creates a table that becomes a list of cards on a narrow screen. A column is `{ title, of(row), number, wide, tight }`; `of`
 * returns the content of the cell, and the last three choose its style. If there are no rows, the text `none` is shown instead.
 */
export function table({ caption, columns, rows, none }) {
  if (rows.length === 0) return empty(none);
  const cellsOf = (row) =>
    columns.map((column) => h('td', { class: cellClass(column), 'data-label': column.title }, column.of(row)));
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
        rows.map((row) => h('tr', {}, cellsOf(row))),
      ),
    ),
  );
}

/** Shows single figures next to each other. @param namedFigures pairs of a name and a value */
export const figures = (namedFigures) =>
  h(
    'dl',
    { class: 'figures' },
    namedFigures.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))),
  );

export function copyButton(text, subject) {
  const button = h('button', { type: 'button', 'aria-label': `Copy the repair of ${subject}` }, 'Copy');
  button.addEventListener('click', async () => {
    const isCopied = await copyToClipboard(text);
    button.textContent = isCopied ? 'Copied' : 'Press Ctrl+C';
    announce(isCopied ? 'Copied' : 'Not copied');
    setTimeout(() => (button.textContent = 'Copy'), 2_000);
  });
  return button;
}

/** Copies a text. Without HTTPS the text is copied from a text area, because browsers offer the clipboard only on HTTPS and localhost. */
async function copyToClipboard(text) {
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
