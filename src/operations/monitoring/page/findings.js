import { copyButton, empty, h } from './dom.js';
import { kindTitle } from './formats.js';

/** Lists findings. If there are none, the text `none` is shown instead. */
export function findings(list, none = 'There are no findings.') {
  if (list.length === 0) return empty(none);
  return h('ul', { class: 'findings' }, list.map(findingCard));
}

const findingCard = ({ kind, severity, subject, explanation, mend }) =>
  h(
    'li',
    { class: `finding card tone-${severity}` },
    h('header', {}, h('span', { class: 'badge' }, severity), h('h3', {}, `${kindTitle(kind)}: `, subject)),
    h('p', {}, explanation),
    h('div', { class: 'mend' }, h('pre', {}, mend), copyButton(mend, subject)),
  );
