/** The name of the parameter whose row contains the element. */
const parameterOf = (element) => element.closest('tr[data-param-name]')?.dataset.paramName;

const setIfMissing = (element, name, value) => {
  if (!element.hasAttribute(name)) element.setAttribute(name, value);
};

/** What Swagger UI leaves out, and people need who use a screen reader or only the keyboard. */
const rules = [
  ['select, .parameters input', (element) => setIfMissing(element, 'aria-label', parameterOf(element) ?? 'Choice')],
  ['textarea', (element) => setIfMissing(element, 'aria-label', parameterOf(element) ?? 'Request body')],
  // A schema without a title has a button without a text.
  [
    '.json-schema-2020-12-accordion',
    (element) => {
      if (element.textContent.trim() === '') setIfMissing(element, 'aria-label', 'Show or hide the schema');
    },
  ],
  // A part that scrolls needs the focus, so that the arrow keys can scroll it.
  [
    'pre.microlight, .microlight, .responses-inner, .table-container',
    (element) => setIfMissing(element, 'tabindex', '0'),
  ],
  ['table[role=region]', (element) => element.removeAttribute('role')],
];

/** Applies the rules now, and once in each frame in which the page has changed. */
export function labelControls(root) {
  let isPlanned = false;
  const apply = () => {
    isPlanned = false;
    for (const [selector, fix] of rules) for (const element of root.querySelectorAll(selector)) fix(element);
  };
  new MutationObserver(() => {
    if (isPlanned) return;
    isPlanned = true;
    requestAnimationFrame(apply);
  }).observe(root, { childList: true, subtree: true });
  apply();
}
