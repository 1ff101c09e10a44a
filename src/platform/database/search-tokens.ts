const maxTokens = 10;
const lettersAndDigits = /[\p{L}\p{N}]+/gu;

/** The first ten words of a text. A word has only letters and digits, because other characters are operators of the engines' search. */
export function searchTokens(text: string): string[] {
  const words = text.normalize('NFKC').toLowerCase().match(lettersAndDigits) ?? [];
  return words.slice(0, maxTokens);
}
