/** Joins the texts of an operation in which the search looks. */
const textOf = (method, path, operation, tag) =>
  [method, path, operation.summary, operation.operationId, tag].join(' ').toLowerCase();

/** An operation matches if it contains every word of the phrase. `get /me` finds `GET /api/v1/me`. */
export function matches(phrase, method, path, operation, tag) {
  const text = textOf(method, path, operation, tag);
  return phrase
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** Filters the operations of Swagger UI, which itself filters only the names of tags. */
export const searchPlugin = () => ({
  fn: {
    opsFilter: (taggedOperations, phrase) =>
      taggedOperations
        .map((group, tag) =>
          group.update('operations', (operations) =>
            operations.filter((item) =>
              matches(phrase, item.get('method'), item.get('path'), item.get('operation').toJS(), tag),
            ),
          ),
        )
        .filter((group) => group.get('operations').size > 0),
  },
});

/**
 * Opens the tags that the search has found, and closes them again when the search is empty. It uses the store, because the action
 * `show` of Swagger UI also changes the address of the page.
 */
function tagOpener(ui) {
  const openedTags = new Set();
  const setShown = (tag, shown) =>
    ui.getStore().dispatch({ type: 'layout_show', payload: { thing: ['operations-tag', tag], shown } });
  return (foundTags) => {
    if (foundTags.size === 0) {
      for (const tag of openedTags) setShown(tag, false);
      openedTags.clear();
    }
    for (const tag of foundTags) {
      if (ui.layoutSelectors.isShown(['operations-tag', tag], false)) continue;
      setShown(tag, true);
      openedTags.add(tag);
    }
  };
}

/** Connects the search field: it filters as the person types, and says how many operations were found. */
export function connectSearch(ui, spec) {
  const field = document.getElementById('search');
  const found = document.getElementById('found');
  const operations = Object.entries(spec.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => [method, path, operation, operation.tags[0]]),
  );
  const openTags = tagOpener(ui);
  let timer;
  const apply = () => {
    const phrase = field.value.trim();
    const matching = phrase ? operations.filter((operation) => matches(phrase, ...operation)) : [];
    // The introduction would move the results below the edge of a small screen.
    document.body.classList.toggle('is-searching', phrase !== '');
    ui.layoutActions.updateFilter(phrase || false);
    openTags(new Set(matching.map(([, , , tag]) => tag)));
    found.textContent = `${phrase ? `${matching.length} of ` : ''}${operations.length} operations`;
  };
  field.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(apply, 120);
  });
  addEventListener('keydown', (event) => {
    const isTyping = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? '');
    if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    field.focus();
  });
  apply();
}
