// One rival and one piece of work: ours, theirs, ours, theirs, ours …

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
  const all = [...ours, rival].map((member) => ({ ...member, samples: [], shares: [] }));
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
    member.value = value;
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

/**
 * `ratio`: speed, ours ÷ theirs, of the best samples; `ratios`: of each of theirs and the mean of ours around it;
 * `share`: of a core, that the best sample got.
 */
function result(work, ours, theirs) {
  const [best, rivalBest] = [ours, theirs].map(({ samples }) => Math.min(...samples));
  const around = (i) => (ours.samples[i] + ours.samples[i + 1]) / 2;
  const side = ({ samples, shares, checked, value }, milliseconds) => ({
    figure: work.convert(milliseconds),
    milliseconds: samples,
    share: shares[samples.indexOf(milliseconds)],
    result: checked ?? value,
    resultTimed: value,
  });
  const prescribed = ours.checked !== null && ours.checked !== undefined;
  const same =
    near(ours.checked ?? ours.value, theirs.checked ?? theirs.value, work.tolerance) &&
    (!prescribed || near(ours.value, theirs.value, work.spread));
  return {
    case: work.name,
    title: work.title,
    unit: work.unit,
    resultIs: work.result,
    tolerance: work.tolerance,
    variant: ours.name,
    ours: side(ours, best),
    theirs: side(theirs, rivalBest),
    ratio: rivalBest / best,
    ratios: theirs.samples.map((milliseconds, i) => milliseconds / around(i)),
    same,
    differs: theirs.differs,
  };
}

const near = (a, b, tolerance) => Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b));
