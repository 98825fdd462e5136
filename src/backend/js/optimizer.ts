import { Reg } from '../../../assembly/opcodes';
import type { Views } from '../backend';
import type { Floats } from './dtype';
import { flushDelta } from './gradient';

/** Decoupled weight decay: w -= w·(lr·factor). */
export function decay(f: Floats, w: number, n: number, factor: number, lr: number): void {
  const c = Math.fround(lr * factor);
  for (let i = 0; i < n; i++) {
    const x = f[w + i]!;
    f[w + i] = Math.fround(x - Math.fround(x * c));
  }
}

/** w -= lr·g. */
export function sgd(f: Floats, w: number, g: number, n: number, lr: number): void {
  const c = Math.fround(lr);
  for (let i = 0; i < n; i++) f[w + i] = Math.fround(f[w + i]! - Math.fround(c * f[g + i]!));
}

/**
 * velocity = μ·velocity − lr·g; w += velocity, with Nesterov's look-ahead w += μ·velocity − lr·g.
 * The learning rate is part of the velocity, as in Keras: a schedule acts on new gradients only.
 */
export function momentum(
  f: Floats,
  w: number,
  g: number,
  velocity: number,
  n: number,
  nesterov: number,
  mu: number,
  lr: number,
): void {
  const keep = Math.fround(mu);
  const c = Math.fround(lr);
  for (let i = 0; i < n; i++) {
    const step = Math.fround(c * f[g + i]!);
    let v = Math.fround(Math.fround(keep * f[velocity + i]!) - step);
    f[velocity + i] = v;
    if (nesterov) v = Math.fround(Math.fround(keep * v) - step);
    f[w + i] = Math.fround(f[w + i]! + v);
  }
}

/**
 * v = ρ·v + (1 − ρ)·g²; increment = lr·g/√(v + ε), ε inside the root.
 * Centered: mean = ρ·mean + (1 − ρ)·g and √(v − mean² + ε). With momentum > 0: velocity = momentum·velocity + increment
 * replaces the increment. `mean` and `velocity` are touched only when used.
 */
export function rmsProp(
  f: Floats,
  w: number,
  g: number,
  v: number,
  mean: number,
  velocity: number,
  n: number,
  centered: number,
  rho: number,
  momentum: number,
  epsilon: number,
  lr: number,
): void {
  const keep = Math.fround(rho);
  const take = Math.fround(1 - rho);
  const mu = Math.fround(momentum);
  const eps = Math.fround(epsilon);
  const c = Math.fround(lr);
  for (let i = 0; i < n; i++) {
    const x = f[g + i]!;
    let d = Math.fround(Math.fround(keep * f[v + i]!) + Math.fround(take * Math.fround(x * x)));
    f[v + i] = d;
    if (centered) {
      const m = Math.fround(Math.fround(keep * f[mean + i]!) + Math.fround(take * x));
      f[mean + i] = m;
      d = Math.fround(d - Math.fround(m * m));
    }
    let step = Math.fround(Math.fround(c * x) / Math.fround(Math.sqrt(Math.fround(d + eps))));
    if (momentum > 0) {
      step = Math.fround(Math.fround(mu * f[velocity + i]!) + step);
      f[velocity + i] = step;
    }
    f[w + i] = Math.fround(f[w + i]! - step);
  }
}

/** v += g²; w -= lr·g/√(v + ε), ε inside the root. */
export function adagrad(f: Floats, w: number, g: number, v: number, n: number, epsilon: number, lr: number): void {
  const eps = Math.fround(epsilon);
  const c = Math.fround(lr);
  for (let i = 0; i < n; i++) {
    const x = f[g + i]!;
    const sum = Math.fround(f[v + i]! + Math.fround(x * x));
    f[v + i] = sum;
    const step = Math.fround(Math.fround(c * x) / Math.fround(Math.sqrt(Math.fround(sum + eps))));
    f[w + i] = Math.fround(f[w + i]! - step);
  }
}

/**
 * m = β₁·m + (1 − β₁)·g; v = β₂·v + (1 − β₂)·g²; w -= α·m/(√v + ε) with α = lr·√(1 − β₂ᵗ)/(1 − β₁ᵗ).
 * ε joins √v before the bias correction. Looks whether all weights are still finite.
 * Kingma & Ba 2015, in the form before section 2.1.
 */
export function adam(
  f: Floats,
  w: number,
  g: number,
  m: number,
  v: number,
  n: number,
  beta1: number,
  beta2: number,
  epsilon: number,
  r: Views,
  base: number,
): void {
  const power1 = r.f64[(base + Reg.Beta1Power) >>> 3]!;
  const power2 = r.f64[(base + Reg.Beta2Power) >>> 3]!;
  const lr = r.f64[r.u32[(base + Reg.LearningRate) >>> 2]! >>> 3]!;
  const alpha = Math.fround((lr * Math.sqrt(1 - power2)) / (1 - power1));
  const eps = Math.fround(epsilon);
  const keep1 = Math.fround(beta1);
  const take1 = Math.fround(1 - beta1);
  const keep2 = Math.fround(beta2);
  const take2 = Math.fround(1 - beta2);
  let bad = 0; // x · 0 is NaN where x is not finite
  for (let i = 0; i < n; i++) {
    const x = f[g + i]!;
    const first = Math.fround(Math.fround(keep1 * f[m + i]!) + Math.fround(take1 * x));
    const second = Math.fround(Math.fround(keep2 * f[v + i]!) + Math.fround(take2 * Math.fround(x * x)));
    f[m + i] = first;
    f[v + i] = second;
    const root = Math.fround(Math.fround(Math.sqrt(second)) + eps);
    const next = Math.fround(f[w + i]! - Math.fround(Math.fround(alpha * first) / root));
    f[w + i] = next;
    bad += next * 0;
  }
  if (bad !== 0) r.i32[(base + Reg.WeightsFinite) >>> 2] = 0;
}

/**
 * Every `interval` steps, state below `threshold` becomes +0, before moments that decay reach the denormals, which make
 * adam 3 to 4 times slower. Flushing in each step would cost 25 %.
 */
export function flushState(
  f: Floats,
  state: number,
  n: number,
  interval: number,
  threshold: number,
  r: Views,
  base: number,
): void {
  if (r.f64[(base + Reg.StepCount) >>> 3]! % interval === 0) flushDelta(f, state, n, threshold);
}
