// Optimizers: one pass over a flat range of n elements, n ≥ one vector. Pads hold +0 in every operand, and every rule
// keeps them so. Order of operations and defaults are Keras 3's. Scalars are computed in float64 and rounded once.
//
// Loops are `do … while`: V8 takes what is constant out of a loop only if the body runs before every exit (or if it is
// used behind the loop too). In a plain `for` loop it computes even the root and the quotient in Adam's α anew for each
// vector: 1.60 instead of 0.58 ns per float32 parameter (Node 20, AMD EPYC). There division and root set the pace; where
// they do not, and the loop runs in most trainings, it takes two vectors per iteration, loads before stores.
import { Reg } from '../opcodes';
import { rate } from '../record';
import { splat } from '../simd';
import { flushDelta } from './gradient';

/** Decoupled weight decay: w -= w·(lr·factor). */
export function decay<T>(w: usize, n: i32, factor: f64, lr: f64): void {
  const c = splat<T>(lr * factor);
  const end = w + <usize>n * sizeof<T>();
  do {
    const w0 = v128.load(w);
    v128.store(w, v128.sub<T>(w0, v128.mul<T>(w0, c)));
    w += 16;
  } while (w < end);
}

/** w -= lr·g. */
export function sgd<T>(w: usize, g: usize, n: i32, lr: f64): void {
  const c = splat<T>(lr);
  const bytes = <usize>n * sizeof<T>();
  let i: usize = 0;
  if (bytes >= 32) {
    do {
      const w0 = v128.sub<T>(v128.load(w + i), v128.mul<T>(c, v128.load(g + i)));
      const w1 = v128.sub<T>(v128.load(w + i, 16), v128.mul<T>(c, v128.load(g + i, 16)));
      v128.store(w + i, w0);
      v128.store(w + i, w1, 16);
      i += 32;
    } while (i + 32 <= bytes);
  }
  if (i < bytes) v128.store(w + i, v128.sub<T>(v128.load(w + i), v128.mul<T>(c, v128.load(g + i))));
}

/**
 * velocity = μ·velocity − lr·g; w += velocity, with Nesterov's look-ahead w += μ·velocity − lr·g.
 * The learning rate is part of the velocity, as in Keras: a schedule acts on new gradients only.
 */
export function momentum<T>(w: usize, g: usize, velocity: usize, n: i32, nesterov: i32, mu: f64, lr: f64): void {
  const keep = splat<T>(mu);
  const c = splat<T>(lr);
  const bytes = <usize>n * sizeof<T>();
  let i: usize = 0;
  if (bytes >= 32) {
    do {
      const g0 = v128.mul<T>(c, v128.load(g + i));
      const g1 = v128.mul<T>(c, v128.load(g + i, 16));
      let v0 = v128.sub<T>(v128.mul<T>(keep, v128.load(velocity + i)), g0);
      let v1 = v128.sub<T>(v128.mul<T>(keep, v128.load(velocity + i, 16)), g1);
      v128.store(velocity + i, v0);
      v128.store(velocity + i, v1, 16);
      if (nesterov) {
        v0 = v128.sub<T>(v128.mul<T>(keep, v0), g0);
        v1 = v128.sub<T>(v128.mul<T>(keep, v1), g1);
      }
      v0 = v128.add<T>(v128.load(w + i), v0);
      v1 = v128.add<T>(v128.load(w + i, 16), v1);
      v128.store(w + i, v0);
      v128.store(w + i, v1, 16);
      i += 32;
    } while (i + 32 <= bytes);
  }
  if (i < bytes) {
    const g0 = v128.mul<T>(c, v128.load(g + i));
    let v0 = v128.sub<T>(v128.mul<T>(keep, v128.load(velocity + i)), g0);
    v128.store(velocity + i, v0);
    if (nesterov) v0 = v128.sub<T>(v128.mul<T>(keep, v0), g0);
    v128.store(w + i, v128.add<T>(v128.load(w + i), v0));
  }
}

/**
 * v = ρ·v + (1 − ρ)·g²; increment = lr·g/√(v + ε), ε inside the root.
 * Centered: mean = ρ·mean + (1 − ρ)·g and √(v − mean² + ε). With momentum > 0: velocity = momentum·velocity + increment
 * replaces the increment. `mean` and `velocity` are touched only when used.
 */
export function rmsProp<T>(
  w: usize,
  g: usize,
  v: usize,
  mean: usize,
  velocity: usize,
  n: i32,
  centered: i32,
  rho: f64,
  momentum: f64,
  epsilon: f64,
  lr: f64,
): void {
  const keep = splat<T>(rho);
  const take = splat<T>(1 - rho);
  const mu = splat<T>(momentum);
  const eps = splat<T>(epsilon);
  const c = splat<T>(lr);
  const bytes = <usize>n * sizeof<T>();
  let i: usize = 0;
  do {
    const g0 = v128.load(g + i);
    const v0 = v128.add<T>(v128.mul<T>(keep, v128.load(v + i)), v128.mul<T>(take, v128.mul<T>(g0, g0)));
    v128.store(v + i, v0);
    let d = v0;
    if (centered) {
      const m0 = v128.add<T>(v128.mul<T>(keep, v128.load(mean + i)), v128.mul<T>(take, g0));
      v128.store(mean + i, m0);
      d = v128.sub<T>(d, v128.mul<T>(m0, m0));
    }
    let step = v128.div<T>(v128.mul<T>(c, g0), v128.sqrt<T>(v128.add<T>(d, eps)));
    if (momentum > 0) {
      step = v128.add<T>(v128.mul<T>(mu, v128.load(velocity + i)), step);
      v128.store(velocity + i, step);
    }
    v128.store(w + i, v128.sub<T>(v128.load(w + i), step));
    i += 16;
  } while (i < bytes);
}

/** v += g²; w -= lr·g/√(v + ε), ε inside the root. */
export function adagrad<T>(w: usize, g: usize, v: usize, n: i32, epsilon: f64, lr: f64): void {
  const eps = splat<T>(epsilon);
  const c = splat<T>(lr);
  const bytes = <usize>n * sizeof<T>();
  let i: usize = 0;
  do {
    const g0 = v128.load(g + i);
    const v0 = v128.add<T>(v128.load(v + i), v128.mul<T>(g0, g0));
    v128.store(v + i, v0);
    const step = v128.div<T>(v128.mul<T>(c, g0), v128.sqrt<T>(v128.add<T>(v0, eps)));
    v128.store(w + i, v128.sub<T>(v128.load(w + i), step));
    i += 16;
  } while (i < bytes);
}

/**
 * m = β₁·m + (1 − β₁)·g; v = β₂·v + (1 − β₂)·g²; w -= α·m/(√v + ε) with α = lr·√(1 − β₂ᵗ)/(1 − β₁ᵗ).
 * ε joins √v before the bias correction. Looks whether all weights are still finite, which costs nothing here, and a
 * product that skips zeros a pass over them.
 * Kingma & Ba 2015, in the form before section 2.1.
 */
export function adam<T>(
  w: usize,
  g: usize,
  m: usize,
  v: usize,
  n: i32,
  beta1: f64,
  beta2: f64,
  epsilon: f64,
  base: usize,
): void {
  const power1 = load<f64>(base + Reg.Beta1Power);
  const power2 = load<f64>(base + Reg.Beta2Power);
  const alpha = splat<T>((rate(base) * sqrt<f64>(1 - power2)) / (1 - power1));
  const eps = splat<T>(epsilon);
  const keep1 = splat<T>(beta1);
  const take1 = splat<T>(1 - beta1);
  const keep2 = splat<T>(beta2);
  const take2 = splat<T>(1 - beta2);
  const bytes = <usize>n * sizeof<T>();
  let bad = splat<T>(0); // x − x is NaN where x is not finite, else no bit
  let i: usize = 0;
  do {
    const g0 = v128.load(g + i);
    const m0 = v128.add<T>(v128.mul<T>(keep1, v128.load(m + i)), v128.mul<T>(take1, g0));
    const v0 = v128.add<T>(v128.mul<T>(keep2, v128.load(v + i)), v128.mul<T>(take2, v128.mul<T>(g0, g0)));
    v128.store(m + i, m0);
    v128.store(v + i, v0);
    const step = v128.div<T>(v128.mul<T>(alpha, m0), v128.add<T>(v128.sqrt<T>(v0), eps));
    const w0 = v128.sub<T>(v128.load(w + i), step);
    v128.store(w + i, w0);
    bad = v128.or(bad, v128.sub<T>(w0, w0));
    i += 16;
  } while (i < bytes);
  if (v128.any_true(bad)) store<i32>(base + Reg.WeightsFinite, 0);
}

/**
 * Every `interval` steps, state below `threshold` becomes +0, before moments that decay reach the denormals, which make
 * adam 3 to 4 times slower. Flushing in each step would cost 25 %.
 */
export function flushState<T>(state: usize, n: i32, interval: i32, threshold: f64, base: usize): void {
  if (<i64>load<f64>(base + Reg.StepCount) % <i64>interval == 0) flushDelta<T>(state, n, threshold);
}
