import { type DType, layers, type Sequential, type SequentialOptions, sequential } from '../../src/index';

export const backends = ['wasm', 'js'] as const;

/** Everything of a model that training can change, as text: weights, optimizer state, counters. */
export const bytesOf = (model: Sequential<DType> | Sequential | Sequential<'float64'>): string => JSON.stringify(model);

/** A small generator of numbers in [0, 1), independent of the library's. */
export function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Rows of `width` numbers in −1 … 1. */
export function rowsOf(count: number, width: number, seed = 1): number[][] {
  const next = numbers(seed);
  return Array.from({ length: count }, () => Array.from({ length: width }, () => 2 * next() - 1));
}

/** Points in −1 … 1 with the class they belong to: 0, 1 or 2 by the sum of the coordinates. */
export function classes(count: number, width = 4, seed = 1): { x: number[][]; y: number[] } {
  const x = rowsOf(count, width, seed);
  const y = x.map((row) => {
    const sum = row.reduce((a, b) => a + b, 0);
    return sum < -0.5 ? 0 : sum < 0.5 ? 1 : 2;
  });
  return { x, y };
}

/** 4 inputs, 8 hidden units, dropout, 3 classes; not compiled. */
export function classifier<D extends DType = 'float32'>(options: SequentialOptions<D> = {}): Sequential<D> {
  return sequential<D>({
    layers: [
      layers.dense({ units: 8, activation: 'tanh', inputShape: [4] }),
      layers.dropout({ rate: 0.25 }),
      layers.dense({ units: 3, activation: 'softmax' }),
    ],
    seed: 7,
    ...options,
  });
}

export const forClasses = {
  optimizer: 'adam',
  loss: 'sparseCategoricalCrossentropy',
  metrics: ['accuracy'],
} as const;
