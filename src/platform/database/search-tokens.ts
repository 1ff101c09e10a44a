/** The first ten words of a text. A word has only letters and digits, because other characters are operators of the engines' search. */
export function searchTokens(words: string): string[] {
  return (
    words
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  ).slice(0, 10);
}
