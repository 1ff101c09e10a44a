import { groupBy } from '../../../platform/group-by';
import { formatText, type Reader } from '../../../platform/texts/texts';

interface DigestItem {
  type: string;
  title: string;
  message: string;
}

const maxMessages = 3;
const maxGroups = 20;
const moreTexts = {
  en: '… and {count, plural, one {# more} other {# more}}',
  it: '… e {count, plural, one {un altro} other {altri #}}',
};

/** Writes what happened as paragraphs. Notifications with the same type and title are one group, such as twelve students who enrolled. */
export function digestLines(items: readonly DigestItem[], { language, timezone }: Reader): string {
  const groups = groupBy(items, ({ type, title }) => `${type} ${title}`);
  const more = (count: number): string => formatText(moreTexts[language], { language, timezone }, { count });
  const paragraphs = [...groups.values()].slice(0, maxGroups).map((group) => {
    const heading = group.length === 1 ? group[0]!.title : `${group[0]!.title} (${group.length})`;
    const messages = group.slice(0, maxMessages).map(({ message }) => message);
    const rest = group.length > maxMessages ? [more(group.length - maxMessages)] : [];
    return [heading, ...messages, ...rest].join('\n');
  });
  if (groups.size > maxGroups) paragraphs.push(more(groups.size - maxGroups));
  return paragraphs.join('\n\n');
}
