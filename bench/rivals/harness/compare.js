// One rival and one piece of work: ours, theirs, ours, theirs, ours …

import { statistics } from '../../harness.js';

/** Milliseconds between two runs: threads that spin in wait for more work go to sleep. */
const PAUSE = 100;
/** Milliseconds after which slow work gets no further round, when it has had two. */
const BUDGET = 60_000;

const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE));

/**
 * @param {object} work one of cases.js.
 * @param {{ process: Process, name: string }[]} ours variants of linnet.
 * @param {{ process: Process }} rival
 * @returns one result for each variant.
 */
export async function compare(work, ours, rival, { rounds }) {
  const all = [...ours, rival].map((member) => ({ ...member, samples: [], shares: [], values: [] }));
  const theirs = all.at(-1);
  for (const member of all) {
    const { differs } = await member.process.ask({ do: 'prepare', params: work.params });
    const { value } = await member.process.ask({ do: 'check' });
    Object.assign(member, { differs, checked: value });
  }
  const run = async (member) => {
    await pause();
    const { milliseconds, share, value } = await member.process.ask({ do: 'run' });
    member.samples.push(milliseconds);
    member.shares.push(share);
    member.values.push(value);
  };
  const started = performance.now();
  const ourTurn = async () => {
    for (const member of all.slice(0, -1)) await run(member);
  };
  await ourTurn();
  for (let round = 0; round < rounds && (round < 2 || performance.now() - started < BUDGET); round++) {
    await run(theirs);
    await ourTurn();
  }
  return all.slice(0, -1).map((member) => result(work, member, theirs));
}

/** Least processor time of a sample: what other jobs take is not in it, nor is what more threads gain. */
const processorTime = ({ samples, shares }) => Math.min(...samples.map((milliseconds, i) => milliseconds * shares[i]));

/**
 * `ratios`: speed, ours ÷ theirs, of each of theirs and the mean of ours around it; `ratio`: their median; `ratioOfBest`: of
 * the best samples, whose figures stand beside; `ratioOfWork`: the same of processor time; `shares`: of a core, that each
 * sample got.
 */
function result(work, ours, theirs) {
  const [best, rivalBest] = [ours, theirs].map(({ samples }) => Math.min(...samples));
  const around = (i) => (ours.samples[i] + ours.samples[i + 1]) / 2;
  const mean = ({ values }) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const side = ({ samples, shares, values, checked }, milliseconds) => ({
    figure: work.convert(milliseconds),
    milliseconds: samples,
    shares,
    result: checked ?? values.at(-1),
    results: values,
  });
  const results = [ours, theirs].map(({ checked, values }) => checked ?? values.at(-1));
  const alike = near(...results, work.tolerance);
  const alikeShuffled = !work.spread || near(mean(ours), mean(theirs), work.spread);
  const ratios = theirs.samples.map((milliseconds, i) => milliseconds / around(i));
  return {
    case: work.name,
    title: work.title,
    unit: work.unit,
    resultIs: work.result,
    tolerance: work.tolerance,
    variant: ours.name,
    ours: side(ours, best),
    theirs: side(theirs, rivalBest),
    ratio: statistics(ratios).median,
    ratioOfBest: rivalBest / best,
    ratioOfWork: processorTime(theirs) / processorTime(ours),
    ratios,
    same: alike && alikeShuffled,
    differs: theirs.differs,
  };
}

const near = (a, b, tolerance) => Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b));
