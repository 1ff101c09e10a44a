const Sequencer = require('@jest/test-sequencer').default;

/** Without recorded durations jest sorts files by size, and one worker would work a minute longer than the other at the end. */
const LONGEST = [
  'rewards/ledger-property',
  'chain/kills',
  'chain/node-faults',
  'rewards/concurrency',
  'operations/fixtures/django.spec',
  'operations/move/move',
  'chain/leadership',
  'demo/demo-school',
  'operations/',
  'journeys/',
  'chain/',
  'platform/running/',
];

const rank = ({ path }) => {
  const at = LONGEST.findIndex((part) => path.includes(`/test/${part}`));
  return at === -1 ? LONGEST.length : at;
};

class LongestFirst extends Sequencer {
  async sort(tests) {
    const byDuration = await super.sort(tests);
    // The sort is stable, so files of the same rank keep jest's order by recorded duration or by size.
    return [...byDuration].sort((left, right) => rank(left) - rank(right));
  }
}

module.exports = LongestFirst;
