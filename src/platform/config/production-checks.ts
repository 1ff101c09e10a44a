/** The settings that production restricts. */
interface CheckedSettings {
  AUTH_SECRET?: string | undefined;
  PUBLIC_URL: string;
  DEMO_SCHOOL: boolean;
}

const minSecretBits = 96;

/** Returns one line for each setting that is allowed in development and not in production. */
export function productionProblemsOf(
  settings: CheckedSettings,
  rawValues: Record<string, string | undefined>,
): string[] {
  const { AUTH_SECRET: secret } = settings;
  const problems: [boolean, string][] = [
    [!secret, 'AUTH_SECRET: required in production'],
    [
      secret !== undefined && estimateSecretBits(secret) < minSecretBits,
      'AUTH_SECRET: too easy to guess; generate one with `openssl rand -base64 48`',
    ],
    // This setting has no safe default. If it is too low, all users share the proxy's address. If it is too high, callers can forge their address.
    [
      rawValues.TRUST_PROXY_HOPS === undefined,
      'TRUST_PROXY_HOPS: required in production; set the number of your proxies in front of this process (0 for none)',
    ],
    [!settings.PUBLIC_URL.startsWith('https:'), 'PUBLIC_URL: must be the https address of the school in production'],
    // The passwords of the demo school are public.
    [settings.DEMO_SCHOOL, 'DEMO_SCHOOL: not allowed in production'],
  ];
  return problems.filter(([isPresent]) => isPresent).map(([, problem]) => problem);
}

/** Estimates an upper bound of a secret's entropy from the frequency of its characters, to detect secrets such as `aaaa` and `changeme`. */
function estimateSecretBits(secret: string): number {
  const unrepeated = secret.slice(0, repetitionLength(secret));
  const counts = new Map<string, number>();
  for (const character of unrepeated) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= count * Math.log2(count / unrepeated.length);
  return bits;
}

/** Returns the length of the beginning that the text only repeats (2 for `ababab`), so that a repetition counts once. */
function repetitionLength(text: string): number {
  for (let length = 1; length < text.length; length++) {
    const isRepeated = text.slice(length) === text.slice(0, text.length - length);
    if (isRepeated) return length;
  }
  return text.length;
}
