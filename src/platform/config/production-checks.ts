/** The settings that production restricts. */
interface CheckedSettings {
  AUTH_SECRET?: string | undefined;
  PUBLIC_URL: string;
  DEMO_SCHOOL: boolean;
}

const minSecretBits = 96;

/** Returns one line for each setting that is allowed in development and not in production. */
export function productionProblemsOf(settings: CheckedSettings, raw: Record<string, string | undefined>): string[] {
  const { AUTH_SECRET: secret } = settings;
  const problems: [boolean, string][] = [
    [!secret, 'AUTH_SECRET: required in production'],
    [
      secret !== undefined && estimateSecretBits(secret) < minSecretBits,
      'AUTH_SECRET: too easy to guess; generate one with `openssl rand -base64 48`',
    ],
    // It has no safe default. If it is too low, all users share the proxy's address. If it is too high, callers can forge theirs.
    [
      raw.TRUST_PROXY_HOPS === undefined,
      'TRUST_PROXY_HOPS: required in production; set the number of your proxies in front of this process (0 for none)',
    ],
    [!settings.PUBLIC_URL.startsWith('https:'), 'PUBLIC_URL: must be the https address of the school in production'],
    // The passwords of the demo school are public.
    [settings.DEMO_SCHOOL, 'DEMO_SCHOOL: not allowed in production'],
  ];
  return problems.filter(([isPresent]) => isPresent).map(([, problem]) => problem);
}

/** Estimates an upper bound of a secret's entropy from the frequency of its characters. It detects secrets such as `aaaa` and `changeme`. */
function estimateSecretBits(secret: string): number {
  const unrepeated = secret.slice(0, periodOf(secret));
  const counts = new Map<string, number>();
  for (const letter of unrepeated) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  const shares = [...counts.values()].map((count) => count / unrepeated.length);
  return unrepeated.length * shares.reduce((bits, share) => bits - share * Math.log2(share), 0);
}

/** Returns the length of the part that the text repeats, so that a repetition counts once. */
function periodOf(text: string): number {
  const repeats = (period: number): boolean => text.slice(period) === text.slice(0, text.length - period);
  for (let period = 1; period < text.length; period++) if (repeats(period)) return period;
  return text.length;
}
