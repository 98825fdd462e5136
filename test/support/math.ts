import { float32, float64 } from '../../src/generated/kernels';
import { compileAssembly } from './assembly';

export const names = ['exp', 'expm1', 'log', 'log1pUnit', 'tanh', 'sigmoid', 'erf'] as const;
export type Name = (typeof names)[number];
/** Where those are defined that are not defined everywhere. */
export const intervals: Partial<Record<Name, readonly [number, number]>> = { expm1: [-Infinity, 0], log1pUnit: [0, 1] };
export const typescript = { float32, float64 } satisfies Record<string, Record<Name, (x: number) => number>>;

export type Lanes = (name: Name, x: Float32Array | Float64Array) => Float32Array | Float64Array;

/** The functions of assembly/math.ts, over a whole array. */
export async function compileLanes(): Promise<Lanes> {
  const loops = names.flatMap((name) =>
    ['f32', 'f64'].map(
      (type) => `export function ${name}_${type}(x: usize, end: usize): void {
        for (; x < end; x += 16) v128.store(x, ${name}<${type}>(v128.load(x)));
      }`,
    ),
  );
  const module = await compileAssembly(`import { ${names.join(', ')} } from './assembly/math';\n${loops.join('\n')}`);
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536 });
  const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports;
  return (name, x) => {
    const bytes = (x.byteLength + 15) & -16;
    if (bytes > memory.buffer.byteLength) memory.grow((bytes - memory.buffer.byteLength + 65535) >> 16);
    const bits = new Uint8Array(memory.buffer);
    bits.set(new Uint8Array(x.buffer, x.byteOffset, x.byteLength));
    (kernels[`${name}_${x instanceof Float32Array ? 'f32' : 'f64'}`] as (x: number, end: number) => void)(0, bytes);
    const out = x.slice();
    new Uint8Array(out.buffer).set(bits.subarray(0, x.byteLength));
    return out;
  };
}

/** Every step-th bit pattern of those from `from` to `to`: by default all 2³², NaN payloads included. */
export function float32Sweep(step: number, from = 0, to = 2 ** 32): Float32Array {
  const bits = new Uint32Array(Math.ceil((to - from) / step));
  for (let i = 0; i < bits.length; i++) bits[i] = from + i * step;
  return new Float32Array(bits.buffer);
}

/** Uniform integers below 2³², the same ones in every run (Vigna's splitmix, cut to 32 bits). */
export function seededWords(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
}

/** The floats around x: x itself and `count` neighbours on either side, as bit patterns of its dtype. */
export function around(x: number, count: number, dtype: 'float32' | 'float64'): number[] {
  const out: number[] = [];
  if (dtype === 'float32') {
    const value = new Float32Array([x]);
    const bits = new Int32Array(value.buffer);
    bits[0]! -= count;
    for (let i = -count; i <= count; i++, bits[0]!++) out.push(value[0]!);
  } else {
    const value = new Float64Array([x]);
    const bits = new BigInt64Array(value.buffer);
    bits[0]! -= BigInt(count);
    for (let i = -count; i <= count; i++, bits[0]!++) out.push(value[0]!);
  }
  return out;
}

/** Where an algorithm changes course: range limits, halves of ln 2, ends of polynomials, powers of two. */
export const turningPoints = (dtype: 'float32' | 'float64'): number[] => {
  const points = [
    0.625,
    0.927734375,
    1,
    4,
    6,
    9.2,
    18,
    19.1,
    38,
    Math.SQRT1_2,
    Math.SQRT2,
    Math.SQRT2 - 1,
    1 - Math.SQRT1_2,
  ];
  points.push(
    ...(dtype === 'float32' ? [88.72283172607422, 87.33654022216797] : [709.782712893384, 745.1332191019411]),
  );
  points.push(708.3964185322641, 103.97, 3.4028234663852886e38, 1.1754943508222875e-38, 2.2250738585072014e-308);
  for (let k = 0.5; k < 12; k++) points.push(k * Math.LN2);
  for (let k = -20; k <= 9; k++) points.push(2 ** k);
  return points.flatMap((x) => [x, -x]);
};
