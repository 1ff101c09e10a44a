import type { FieldError } from '../../../../platform/errors/domain-error';
import type { QuestionOf } from '../quiz';

/** Checks that the text has the place of each blank exactly once, as `{{id}}`, and no place of another blank. */
export function checkBlanks({ text, blanks }: QuestionOf<'fill_blanks'>, pointer: string): FieldError[] {
  const places = [...text.matchAll(/\{\{([^{}]*)\}\}/g)].map(([, id]) => id);
  const errors = blanks.flatMap((id, index) => {
    const message = messageFor(blanks.indexOf(id) < index, places.filter((place) => place === id).length);
    return message ? [{ pointer: `${pointer}/blanks/${index}`, message, rule: 'blanks' }] : [];
  });
  const unknown = places.find((id) => !blanks.includes(id!));
  if (unknown === undefined) return errors;
  return [...errors, { pointer: `${pointer}/text`, message: `No blank has the id ${unknown}`, rule: 'blanks' }];
}

function messageFor(isRepeated: boolean, placeCount: number): string | undefined {
  if (isRepeated) return 'Must not be given twice';
  return placeCount === 1 ? undefined : 'Must have one place in the text, as its id in double braces';
}
