/** Stops the start, and lists all invalid settings in one message. */
export class InvalidConfiguration extends Error {
  override name = 'InvalidConfiguration';

  constructor(problems: string[]) {
    super(['The configuration is not valid:', ...problems].join('\n  '));
  }
}
