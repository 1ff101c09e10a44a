/** Returns whether a text equals one of the accepted texts. A blank text never does. */
export function isAcceptedText(answer: unknown, accepted: readonly string[]): boolean {
  if (typeof answer !== 'string') return false;
  const normalisedAnswer = normalise(answer);
  if (normalisedAnswer === '') return false;
  return accepted.some((acceptedText) => normalise(acceptedText) === normalisedAnswer);
}

/** Removes differences of width, case, spaces and a final full stop. Accents stay, because they change the word. */
function normalise(text: string): string {
  const withSingleSpaces = text.normalize('NFKC').replace(/\s+/g, ' ').trim();
  // Both conversions are needed, because they make 'ẞ' and 'ß' equal to 'SS', and the two small sigmas equal.
  const withoutCase = withSingleSpaces.toLowerCase().toUpperCase();
  const finalFullStop = / ?\.$/;
  return withoutCase.replace(finalFullStop, '');
}
