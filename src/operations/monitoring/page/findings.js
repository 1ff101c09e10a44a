import { copyButton, empty, h } from './dom.js';
import { kind } from './formats.js';

export function findings(list, none = 'There are no findings.') {
  if (list.length === 0) return empty(none);
  return h('ul', { class: 'findings' }, list.map(finding));
}

const finding = ({ kind: name, severity, subject, explanation, mend }) =>
  h(
    'li',
    { class: `finding card tone-${severity}` },
    h('header', {}, h('span', { class: 'badge' }, severity), h('h3', {}, `${kind(name)}: `, subject)),
    h('p', {}, explanation),
    h('div', { class: 'mend' }, h('pre', {}, mend), copyButton(mend, subject)),
  );
