// Rows of the op table: layers that are neither products nor activations.
import { Purpose } from '../../../assembly/opcodes';
import { type Generator, type Table, times } from '../row';

/** Threefry-2x32 with 20 rounds, as in the paper: four rounds, then the next two of three key words and a count. */
function threefry(key: readonly number[], counter: readonly number[]): [number, number] {
  const rotations = [13, 15, 26, 6, 17, 29, 16, 24];
  const keys = [key[0]!, key[1]!, (0x1bd11bda ^ key[0]! ^ key[1]!) >>> 0];
  let x0 = (counter[0]! + keys[0]!) >>> 0;
  let x1 = (counter[1]! + keys[1]!) >>> 0;
  for (let round = 0; round < 20; round++) {
    const by = rotations[round % 8]!;
    x0 = (x0 + x1) >>> 0;
    x1 = (((x1 << by) | (x1 >>> (32 - by))) ^ x0) >>> 0;
    if (round % 4 !== 3) continue;
    const group = (round + 1) / 4;
    x0 = (x0 + keys[group % 3]!) >>> 0;
    x1 = (x1 + keys[(group + 1) % 3]! + group) >>> 0;
  }
  return [x0, x1];
}

const mask: Generator = (random) => (random() < 0.3 ? 0 : 1.25);

export const others: Table<'dropout' | 'dropoutBackward' | 'rescale' | 'rescaleBackward'> = {
  dropout: {
    variants: [
      { numbers: { layer: 1, rate: 0.25 } },
      { numbers: { layer: 0, rate: 0.5 }, registers: { epoch: 2 ** 32 - 1, epochStep: 7, seedLow: 0, seedHigh: 0 } },
      { numbers: { layer: 300, rate: 0.9 }, registers: { epoch: 0, epochStep: 0 } },
      { numbers: { layer: 2, rate: 0 } },
    ],
    reference: ({ rows, dims: { cols }, in: { x }, numbers: { layer, rate }, registers: r }) => {
      const key = threefry(threefry([r.seedHigh, r.seedLow], [Purpose.Dropout, layer!]), [r.epoch, r.epochStep]);
      const mask = times(rows * cols!, (i) =>
        threefry(key, [i >>> 1, 0])[i & 1]! >= Math.floor(rate! * 2 ** 32) ? 1 / (1 - rate!) : 0,
      );
      return { out: { mask, out: mask.map((m, i) => x![i]! * m) } };
    },
  },
  dropoutBackward: {
    inputs: { saved: mask },
    reference: ({ in: { delta, saved } }) => ({ out: { delta: delta!.map((d, i) => d * saved![i]!) } }),
  },
  rescale: {
    variants: [
      { numbers: { scale: 1 / 255, offset: 0 } },
      { numbers: { scale: -2, offset: 0.5 } },
      { numbers: { scale: 0, offset: -1 } },
    ],
    reference: ({ in: { x }, numbers: { scale, offset } }) => ({
      out: { out: x!.map((value) => value * scale! + offset!) },
    }),
    freePads: ['out'], // the offset
  },
  rescaleBackward: {
    variants: [{ numbers: { scale: 1 / 255 } }, { numbers: { scale: -2 } }, { numbers: { scale: 0 } }],
    reference: ({ in: { delta }, numbers: { scale } }) => ({ out: { delta: delta!.map((d) => d * scale!) } }),
    freePads: ['delta'], // −0 for a negative scale
  },
};
