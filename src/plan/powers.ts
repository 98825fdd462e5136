/** 2ⁿ, exact for every exponent of a float64: engines need not make `**` so. */
export function twoTo(n: number): number {
  let power = 1;
  for (let i = 0; i < n; i++) power *= 2;
  for (let i = 0; i > n; i--) power /= 2;
  return power;
}
