// What products of matrices are made of: some rows of the result, a few vectors wide, held in registers.
import { accumulate } from '../simd';

/**
 * MR × NV vectors (2 × 4 fill V8's 15 usable registers, 6 × 2 with products and sums fused) of C = A·B: C[m, :] (rows `ldc`
 * bytes apart) = Σ_k A[m, k]·B[k, :], or continuing the chains that C holds (ADD; a test at run time instead cost the inner
 * loop 10 %). A[m, k] is at a + m·am + k·ak, B[k, :] at b + k·bk. ADD, MR and NV are constants.
 */
// @ts-ignore: decorator
@inline
export function tile<T>(
  c: usize, ldc: usize, a: usize, am: usize, ak: usize, b: usize, bk: usize, k: i32, ADD: bool, MR: i32, NV: i32,
): void {
  const zero = v128.splat<T>(<T>0);
  let c00 = zero, c01 = zero, c02 = zero, c03 = zero;
  let c10 = zero, c11 = zero, c12 = zero, c13 = zero;
  let c20 = zero, c30 = zero;
  let c21 = zero, c31 = zero, c40 = zero, c41 = zero, c50 = zero, c51 = zero; // of six rows
  if (ADD) {
    c00 = v128.load(c);
    if (NV > 1) c01 = v128.load(c, 16);
    if (NV > 2) c02 = v128.load(c, 32);
    if (NV > 3) c03 = v128.load(c, 48);
    if (MR > 1) {
      c10 = v128.load(c + ldc);
      if (NV > 1) c11 = v128.load(c + ldc, 16);
      if (NV > 2) c12 = v128.load(c + ldc, 32);
      if (NV > 3) c13 = v128.load(c + ldc, 48);
    }
    if (MR > 2) {
      c20 = v128.load(c + 2 * ldc);
      c30 = v128.load(c + 3 * ldc);
    }
    if (MR > 4) {
      c21 = v128.load(c + 2 * ldc, 16);
      c31 = v128.load(c + 3 * ldc, 16);
      c40 = v128.load(c + 4 * ldc);
      c41 = v128.load(c + 4 * ldc, 16);
      c50 = v128.load(c + 5 * ldc);
      c51 = v128.load(c + 5 * ldc, 16);
    }
  }
  let a1 = a + am, a2 = a1 + am, a3 = a2 + am, a4 = a3 + am, a5 = a4 + am;
  do {
    let x = v128.load_splat<T>(a);
    const b0 = v128.load(b);
    c00 = accumulate<T>(c00, x, b0);
    if (MR == 4) {
      c10 = accumulate<T>(c10, v128.load_splat<T>(a1), b0);
      c20 = accumulate<T>(c20, v128.load_splat<T>(a2), b0);
      c30 = accumulate<T>(c30, v128.load_splat<T>(a3), b0);
      a1 += ak;
      a2 += ak;
      a3 += ak;
    } else if (MR == 6) {
      const b1 = v128.load(b, 16);
      c01 = accumulate<T>(c01, x, b1);
      x = v128.load_splat<T>(a1); c10 = accumulate<T>(c10, x, b0); c11 = accumulate<T>(c11, x, b1);
      x = v128.load_splat<T>(a2); c20 = accumulate<T>(c20, x, b0); c21 = accumulate<T>(c21, x, b1);
      x = v128.load_splat<T>(a3); c30 = accumulate<T>(c30, x, b0); c31 = accumulate<T>(c31, x, b1);
      x = v128.load_splat<T>(a4); c40 = accumulate<T>(c40, x, b0); c41 = accumulate<T>(c41, x, b1);
      x = v128.load_splat<T>(a5); c50 = accumulate<T>(c50, x, b0); c51 = accumulate<T>(c51, x, b1);
      a1 += ak;
      a2 += ak;
      a3 += ak;
      a4 += ak;
      a5 += ak;
    } else {
      let b1 = zero, b2 = zero, b3 = zero;
      if (NV > 1) { b1 = v128.load(b, 16); c01 = accumulate<T>(c01, x, b1); }
      if (NV > 2) { b2 = v128.load(b, 32); c02 = accumulate<T>(c02, x, b2); }
      if (NV > 3) { b3 = v128.load(b, 48); c03 = accumulate<T>(c03, x, b3); }
      if (MR > 1) {
        x = v128.load_splat<T>(a1);
        c10 = accumulate<T>(c10, x, b0);
        if (NV > 1) c11 = accumulate<T>(c11, x, b1);
        if (NV > 2) c12 = accumulate<T>(c12, x, b2);
        if (NV > 3) c13 = accumulate<T>(c13, x, b3);
        a1 += ak;
      }
    }
    a += ak;
    b += bk;
  } while (--k);
  v128.store(c, c00);
  if (NV > 1) v128.store(c, c01, 16);
  if (NV > 2) v128.store(c, c02, 32);
  if (NV > 3) v128.store(c, c03, 48);
  if (MR > 1) {
    v128.store(c + ldc, c10);
    if (NV > 1) v128.store(c + ldc, c11, 16);
    if (NV > 2) v128.store(c + ldc, c12, 32);
    if (NV > 3) v128.store(c + ldc, c13, 48);
  }
  if (MR > 2) {
    v128.store(c + 2 * ldc, c20);
    v128.store(c + 3 * ldc, c30);
  }
  if (MR > 4) {
    v128.store(c + 2 * ldc, c21, 16);
    v128.store(c + 3 * ldc, c31, 16);
    v128.store(c + 4 * ldc, c40);
    v128.store(c + 4 * ldc, c41, 16);
    v128.store(c + 5 * ldc, c50);
    v128.store(c + 5 * ldc, c51, 16);
  }
}

/**
 * One row of C a panel wide, C[0, :] = Σ_k A[0, k]·B[k, :], in 8 vectors: with four, each sum waits for the one before.
 * 784·784×128: 1.2 × on Node 24 and 26, 1.3 on Bun, 1.05 on Node 20, 0.91 on Node 22; 2048·2048×512: 1.4 on Node 24.
 */
// @ts-ignore: decorator
@inline
export function row<T>(c: usize, a: usize, ak: usize, b: usize, bk: usize, k: i32): void {
  const zero = v128.splat<T>(<T>0);
  let c0 = zero, c1 = zero, c2 = zero, c3 = zero, c4 = zero, c5 = zero, c6 = zero, c7 = zero;
  do {
    const x = v128.load_splat<T>(a);
    c0 = accumulate<T>(c0, x, v128.load(b));
    c1 = accumulate<T>(c1, x, v128.load(b, 16));
    c2 = accumulate<T>(c2, x, v128.load(b, 32));
    c3 = accumulate<T>(c3, x, v128.load(b, 48));
    c4 = accumulate<T>(c4, x, v128.load(b, 64));
    c5 = accumulate<T>(c5, x, v128.load(b, 80));
    c6 = accumulate<T>(c6, x, v128.load(b, 96));
    c7 = accumulate<T>(c7, x, v128.load(b, 112));
    a += ak;
    b += bk;
  } while (--k);
  v128.store(c, c0);
  v128.store(c, c1, 16);
  v128.store(c, c2, 32);
  v128.store(c, c3, 48);
  v128.store(c, c4, 64);
  v128.store(c, c5, 80);
  v128.store(c, c6, 96);
  v128.store(c, c7, 112);
}
