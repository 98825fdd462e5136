// Central differences in float64: what an analytic gradient is checked against.

/** Read and write access to the parameters of a function. */
export interface Parameters {
  readonly length: number;
  get(index: number): number;
  set(index: number, value: number): void;
}

/** Access to an array of numbers; only float64 holds the small differences. */
export function parametersOf(values: Float64Array | number[]): Parameters {
  return {
    length: values.length,
    get: (index) => values[index]!,
    set: (index, value) => {
      values[index] = value;
    },
  };
}

/**
 * Gradient of `f` by central differences, [f(w + s) − f(w − s)] ÷ 2s for one parameter at a time, with s = h · max(1, |w|).
 * The error is about h²/6 of the third derivative plus 1e-16 · |f| ÷ h: least near the default h = 6e-6, the cube root
 * of the float64 precision. Every parameter is put back as it was, also if `f` throws. Where f has a kink within s
 * (relu at 0, |x| at 0) the result is wrong: callers draw other parameters then.
 */
export function numericGradient(f: () => number, parameters: Parameters, h = 6e-6): Float64Array {
  const gradient = new Float64Array(parameters.length);
  for (let i = 0; i < parameters.length; i++) {
    const w = parameters.get(i);
    const step = h * Math.max(1, Math.abs(w));
    try {
      const above = w + step;
      const below = w - step;
      parameters.set(i, above);
      const high = f();
      parameters.set(i, below);
      const low = f();
      // The step that was really taken: w ± step are rounded.
      gradient[i] = (high - low) / (above - below);
    } finally {
      parameters.set(i, w);
    }
  }
  return gradient;
}

function norm(vector: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < vector.length; i++) sum += vector[i]! * vector[i]!;
  return Math.sqrt(sum);
}

/**
 * ‖analytic − numeric‖ ÷ max(‖analytic‖, ‖numeric‖), 0 if both are zero. Relative to the gradient's norm, not element
 * by element: an element near zero has no correct digits in a difference of losses. NaN if either holds a NaN.
 */
export function gradientError(analytic: ArrayLike<number>, numeric: ArrayLike<number>): number {
  if (analytic.length !== numeric.length) throw new Error(`${analytic.length} elements, expected ${numeric.length}`);
  const difference = norm(Float64Array.from(numeric, (value, i) => analytic[i]! - value));
  return difference === 0 ? 0 : difference / Math.max(norm(analytic), norm(numeric));
}
