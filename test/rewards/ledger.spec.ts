import { Earnings, Ledger, Transfers, type Movement, type TransactionType } from '../../src/modules/rewards';
import { Corrections } from '../../src/modules/rewards/ledger/corrections';
import { StaffRewards } from '../../src/modules/rewards/grants/staff-rewards';
import type { DomainError } from '../../src/platform/errors/domain-error';
import { School, type Client } from '../support/school';
import { balanceOf, tableContents, expectNoViolations, rowsAfter, signedAmountOf } from './ledger-state';

/**
 * Each line has an operation and the ledger rows that it must write: person, signed amount, balance after it (=) and sequence
 * number (#). All people start with an empty balance. "refused" means that no row of any table changes.
 */
const operationTable = `
A reward is paid once for each person, type, object and epoch
  ann earns 10 for lesson 1                    | ann +10 =10 #1
  ann earns 10 for lesson 1                    | nothing
  ann earns 99 for lesson 1                    | nothing
  ann earns 10 for exercise 1                  | ann +10 =20 #2
  ann earns 10 for lesson 2                    | ann +10 =30 #3
  bob earns 10 for lesson 1                    | bob +10 =10 #1
  ann earns 10 for lesson 1 in epoch 1         | ann +10 =40 #4
  ann earns 10 for lesson 1 in epoch 1         | nothing
  ann earns 0 for lesson 3                     | nothing

A batch of rewards pays only those that are not paid yet
  bob earns 5 for course 7                     | bob +5 =5 #1
  ann, bob, cat earn 5 for course 7            | ann +5 =5 #1, cat +5 =5 #1
  ann, ann, ann earn 5 for course 8            | ann +5 =10 #2

A transfer writes two rows, or none
  staff gives 30 to ann                        | ann +30 =30 #1
  ann gives 20 to bob                          | ann -20 =10 #2, bob +20 =20 #1
  ann gives 11 to bob                          | refused INSUFFICIENT_BALANCE
  ann gives 10 to bob                          | ann -10 =0 #3, bob +10 =30 #2
  ann gives 1 to bob                           | refused INSUFFICIENT_BALANCE
  bob gives 30 to ann                          | ann +30 =30 #4, bob -30 =0 #3
  ann gives 5 to ann                           | refused TRANSFER_TO_ONESELF
  ann gives 5 to unknown                       | refused RECIPIENT_NOT_FOUND

A key identifies one transfer of a sender
  staff gives 30 to ann                        | ann +30 =30 #1
  ann gives 20 to bob with key k               | ann -20 =10 #2, bob +20 =20 #1
  ann gives 20 to bob with key k               | nothing
  ann gives 21 to bob with key k               | refused IDEMPOTENCY_KEY_REUSED
  ann gives 20 to cat with key k               | refused IDEMPOTENCY_KEY_REUSED
  bob gives 20 to ann with key k               | ann +20 =30 #3, bob -20 =0 #2

A key of a refused transfer can be used again
  ann gives 20 to bob with key k               | refused INSUFFICIENT_BALANCE
  staff gives 50 to ann                        | ann +50 =50 #1
  ann gives 40 to cat with key k               | ann -40 =10 #2, cat +40 =40 #1

A bulk reward pays all recipients or none
  staff gives 7 to ann, bob, cat               | ann +7 =7 #1, bob +7 =7 #1, cat +7 =7 #1
  staff gives 7 to ann, unknown                | refused RECIPIENT_NOT_FOUND

An adjustment leaves no negative balance
  staff adjusts ann by +5                      | ann +5 =5 #1
  staff adjusts ann by -6                      | refused INSUFFICIENT_BALANCE
  staff adjusts ann by -5                      | ann -5 =0 #2
  staff adjusts unknown by +5                  | refused RECIPIENT_NOT_FOUND

A reversal takes the original amount back, at most once
  ann earns 10 for lesson 1                    | ann +10 =10 #1
  staff reverses ann #1                        | ann -10 =0 #2
  staff reverses ann #1                        | refused ALREADY_REVERSED
  staff reverses ann #2                        | refused NOT_REVERSIBLE
  ann earns 10 for lesson 1                    | nothing

A reversal of a debit adds the coins again
  staff adjusts ann by +9                      | ann +9 =9 #1
  ann spent 4                                  | ann -4 =5 #2
  staff reverses ann #2                        | ann +4 =9 #3

A reversal of either side of a transfer reverses both sides
  staff gives 30 to ann                        | ann +30 =30 #1
  ann gives 20 to bob                          | ann -20 =10 #2, bob +20 =20 #1
  ann gives 10 to bob                          | ann -10 =0 #3, bob +10 =30 #2
  staff reverses ann #2                        | ann +20 =20 #4, bob -20 =10 #3
  staff reverses bob #1                        | refused ALREADY_REVERSED
  staff reverses bob #2                        | ann +10 =30 #5, bob -10 =0 #4

A reversal that would make a balance negative is refused
  staff gives 30 to ann                        | ann +30 =30 #1
  ann gives 20 to bob                          | ann -20 =10 #2, bob +20 =20 #1
  bob spent 1                                  | bob -1 =19 #2
  staff reverses ann #2                        | refused INSUFFICIENT_BALANCE
  staff reverses ann #1                        | refused INSUFFICIENT_BALANCE

One transaction of a bulk reward can be reversed alone
  staff gives 7 to ann, bob                    | ann +7 =7 #1, bob +7 =7 #1
  staff reverses bob #1                        | bob -7 =0 #2

Deposits, withdrawals, refunds of withdrawals and forfeitures cannot be reversed
  ann deposit 50                               | ann +50 =50 #1
  ann withdrawal 20                            | ann -20 =30 #2
  ann withdrawal 31                            | refused INSUFFICIENT_BALANCE
  ann withdrawal_refund 20                     | ann +20 =50 #3
  staff reverses ann #1                        | refused NOT_REVERSIBLE
  staff reverses ann #2                        | refused NOT_REVERSIBLE
  staff reverses ann #3                        | refused NOT_REVERSIBLE
  ann forfeiture 50                            | ann -50 =0 #4
  staff reverses ann #4                        | refused NOT_REVERSIBLE

A balance cannot exceed the range of its column
  ann deposit 2147483647                       | ann +2147483647 =2147483647 #1
  ann refund 1                                 | refused BALANCE_TOO_LARGE
  ann earns 1 for lesson 1                     | nothing
  bob deposit 1                                | bob +1 =1 #1
  bob gives 1 to ann                           | refused BALANCE_TOO_LARGE
`;

let school: School;
let staff: Client;
beforeAll(async () => {
  school = await School.open();
  staff = await school.admin();
}, 60_000);
afterAll(() => school.close());

interface Story {
  title: string;
  steps: { operation: string; outcome: string }[];
}

const stories: Story[] = operationTable
  .trim()
  .split('\n\n')
  .map((block) => {
    const [title, ...lines] = block.split('\n') as [string, ...string[]];
    const steps = lines.map((line) => {
      const [operation, outcome] = line.split('|').map((column) => column.trim()) as [string, string];
      return { operation, outcome };
    });
    return { title, steps };
  });

test.each(stories)('$title', async ({ steps }) => {
  const cast = await newCast();
  for (const { operation, outcome } of steps)
    expect(`${operation} | ${await play(cast, operation)}`).toBe(`${operation} | ${outcome}`);
  await expectNoViolations(school);
});

test('movements of one person in one operation are posted in their order, and none may make the balance negative', async () => {
  const { ann } = await newCast();
  const movement = (type: TransactionType, amount: number): Movement => ({
    userId: ann!,
    type,
    amount,
    description: '',
  });
  const post = (...movements: Movement[]) => school.part(Ledger).post(movements);
  const posted = await post(movement('refund', 5), movement('spent', 5), movement('refund', 2));
  expect(posted.map((row) => row.balanceAfter)).toEqual([5, 0, 2]);
  const before = await tableContents(school);
  await expect(post(movement('spent', 3), movement('refund', 3))).rejects.toMatchObject({
    code: 'INSUFFICIENT_BALANCE',
  });
  expect(await tableContents(school)).toEqual(before);
});

test('nobody gets coins from an operation with a person who does not exist', async () => {
  const { ann } = await newCast();
  const before = await tableContents(school);
  const movements = [ann!, 999_999].map((userId): Movement => {
    return { userId, type: 'refund', amount: 5, description: '' };
  });
  await expect(school.part(Ledger).post(movements)).rejects.toMatchObject({ code: 'BALANCE_TOO_LARGE' });
  expect(await tableContents(school)).toEqual(before);
});

test('an operation of 2,400 movements has one operation id and keeps their order', async () => {
  const people = await Promise.all(Array.from({ length: 30 }, () => school.student()));
  const movements = Array.from({ length: 2_400 }, (_, index): Movement => {
    const userId = people[(index * 7) % 30]!.id;
    return { userId, type: 'refund', amount: 1 + (index % 3), description: `${index}` };
  });
  const posted = await school.part(Ledger).post(movements);
  expect(new Set(posted.map((row) => row.operationId)).size).toBe(1);
  expect(posted.map((row) => row.description)).toEqual(movements.map((movement) => movement.description));
  await expectNoViolations(school);
});

type Cast = Record<string, number>;

async function newCast(): Promise<Cast> {
  const [ann, bob, cat] = await Promise.all([school.student(), school.student(), school.student()]);
  return { ann: ann.id, bob: bob.id, cat: cat.id, unknown: 999_999_999 };
}

/** Performs an operation and describes its result in the format of the table. */
async function play(cast: Cast, operation: string): Promise<string> {
  const before = await tableContents(school);
  const lastRow = (before.rewards_teocointransaction as { id: string }[]).at(-1);
  try {
    await perform(cast, operation);
  } catch (error) {
    expect(await tableContents(school)).toEqual(before);
    return `refused ${(error as DomainError).code}`;
  }
  const nameOf = (userId: number): string => Object.keys(cast).find((name) => cast[name] === userId)!;
  const rows = await rowsAfter(school, Number(lastRow?.id ?? 0));
  for (const row of rows.slice(-1)) expect(await balanceOf(school, row.userId)).toBe(row.balanceAfter);
  expect(new Set(rows.map((row) => row.operationId)).size).toBeLessThanOrEqual(1);
  const written = rows.map((row) => {
    const change = signedAmountOf(row);
    return `${nameOf(row.userId)} ${change > 0 ? '+' : ''}${change} =${row.balanceAfter} #${row.sequence}`;
  });
  return written.sort().join(', ') || 'nothing';
}

/** The kinds of operations in the table. */
const operationKinds: [RegExp, (cast: Cast, ...words: string[]) => Promise<unknown>][] = [
  [
    /^(.+) earns? (\d+) for (lesson|course|exercise) (\d+)(?: in epoch (\d+))?$/,
    (cast, names, amount, kind, object, epoch) =>
      school.part(Earnings).reward(
        idsOf(cast, names).map((userId) => ({
          userId,
          amount: Number(amount),
          description: kind,
          rewardEpoch: Number(epoch ?? 0),
          type: `earned_${kind as 'lesson'}` as const,
          relatedObject: { type: `courses.${kind}`, id: Number(object) },
        })),
      ),
  ],
  [
    /^staff gives (\d+) to (\w+)$/,
    (cast, amount, name) => school.part(StaffRewards).giveOne(cast[name]!, { ...decision(), amount: Number(amount) }),
  ],
  [
    /^staff gives (\d+) to (.+)$/,
    (cast, amount, names) =>
      school.part(StaffRewards).giveMany({ userIds: idsOf(cast, names) }, { ...decision(), amount: Number(amount) }),
  ],
  [
    /^staff adjusts (\w+) by ([+-]\d+)$/,
    (cast, name, amount) => school.part(Corrections).adjust(cast[name]!, Number(amount), decision()),
  ],
  [
    /^staff reverses (\w+) #(\d+)$/,
    async (cast, name, sequence) => {
      const rows = await rowsAfter(school);
      const row = rows.find((candidate) => candidate.userId === cast[name] && candidate.sequence === Number(sequence));
      return school.part(Corrections).reverse(row!.id, decision());
    },
  ],
  [
    /^(\w+) gives (\d+) to (\w+)(?: with key (\w+))?$/,
    (cast, from, amount, to, key) =>
      school
        .part(Transfers)
        .send(cast[from]!, { recipientId: cast[to]!, amount: Number(amount), message: '' }, key ?? null),
  ],
  [
    /^(\w+) (spent|refund|deposit|withdrawal|withdrawal_refund|forfeiture) (\d+)$/,
    (cast, name, type, amount) =>
      school
        .part(Ledger)
        .post([{ userId: cast[name]!, type: type as TransactionType, amount: Number(amount), description: '' }]),
  ],
];

const idsOf = (cast: Cast, names: string): number[] => names.split(', ').map((name) => cast[name]!);
const decision = () => ({ reason: 'staff said so', actorId: staff.id });

async function perform(cast: Cast, operation: string): Promise<void> {
  for (const [pattern, run] of operationKinds) {
    const words = pattern.exec(operation);
    if (words) {
      await run(cast, ...words.slice(1));
      return;
    }
  }
  throw new Error(`Unknown operation in the table: ${operation}`);
}
