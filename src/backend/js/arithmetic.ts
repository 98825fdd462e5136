/** a · b + c in two roundings: strict numerics never fuse them. */
export function mulAdd(a: number, b: number, c: number): number {
  return Math.fround(Math.fround(a * b) + c);
}

/** 2ⁿ for −1074 ≤ n ≤ 1023; 1 for NaN. */
export function power(n: number): number {
  return powers[(n + 1074) | 0]!;
}

// A table is faster than composing a float64 from two integers: such a load waits for both stores.
const powers = /* @__PURE__ */ table();

function table(): Float64Array {
  const out = new Float64Array(2098);
  let up = 1;
  let down = 1;
  for (let i = 0; i < 1075; i++, up *= 2, down *= 0.5) {
    out[1074 + i] = up; // what lies beyond the table is not written
    out[1074 - i] = down;
  }
  return out;
}
