/** Words of letters and digits, at most ten: everything else has a meaning in the engines' query languages. */
export function tokens(words: string): string[] {
  return (
    words
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  ).slice(0, 10);
}
