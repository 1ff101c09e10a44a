/** A cursor with these values and the hash of filters of a cursor that the server has made. */
export function forgedCursor(realCursor: string, ...values: unknown[]): string {
  const hash = realCursor.slice(realCursor.lastIndexOf('.'));
  return Buffer.from(JSON.stringify(values)).toString('base64url') + hash;
}
