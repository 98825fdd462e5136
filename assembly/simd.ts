// Small 128-bit helpers shared by the kernels. T is f32 (4 lanes) or f64 (2 lanes).

/** c in every lane, rounded once to T. */
// @ts-ignore: decorator
@inline
export function splat<T>(c: f64): v128 {
  return v128.splat<T>(<T>c);
}

/** a · b + c in two roundings: strict numerics never fuse them. */
// @ts-ignore: decorator
@inline
export function mulAdd<T>(a: v128, b: v128, c: v128): v128 {
  return v128.add<T>(v128.mul<T>(a, b), c);
}

/** One Horner step of a polynomial: p · x + c. */
// @ts-ignore: decorator
@inline
export function horner<T>(p: v128, x: v128, c: f64): v128 {
  return mulAdd<T>(p, x, splat<T>(c));
}

/** Lane by lane mask ? a : b, mask being the result of a comparison. */
// @ts-ignore: decorator
@inline
export function select(mask: v128, a: v128, b: v128): v128 {
  return v128.bitselect(a, b, mask);
}

/** r with its sign bit set where x has it set. */
// @ts-ignore: decorator
@inline
export function withSign<T>(r: v128, x: v128): v128 {
  return v128.or(r, v128.and(x, splat<T>(-0.0)));
}

/** −|x|. */
// @ts-ignore: decorator
@inline
export function minusAbs<T>(x: v128): v128 {
  return v128.or(x, splat<T>(-0.0));
}

/**
 * acc + a · b in dense products: in two roundings, or in one where the core is compiled for relaxed numerics, if the
 * processor has that.
 */
// @ts-ignore: decorator
@inline
export function accumulate<T>(acc: v128, a: v128, b: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? v128.relaxed_madd<T>(a, b, acc) : v128.add<T>(acc, v128.mul<T>(a, b));
}
