import type { Client } from '../support/school';

export async function giveCoins(admin: Client, userId: number, amount: number): Promise<void> {
  const { status } = await admin.post('/rewards/manual', { userId, amount, reason: 'For a test' });
  if (status !== 201) throw new Error(`The reward failed with ${status}`);
}

export const coinsIn = async (person: Client): Promise<number> => (await person.get('/me/coins')).body.balance;
