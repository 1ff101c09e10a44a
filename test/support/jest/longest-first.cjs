const Sequencer = require('@jest/test-sequencer').default;

/** On a fresh machine jest goes by the size of a file, and would end with a minute's work for one worker only. */
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
    // A stable sort: within a rank, jest's own order, by the durations it remembers or by size.
    return [...byDuration].sort((one, other) => rank(one) - rank(other));
  }
}

module.exports = LongestFirst;
