// Rows whose last vector is part logical, part pad.

/** All ones in the first `count` lanes, zeros in the others; every lane for count ≥ lanes. */
// @ts-ignore: decorator
@inline
export function firstLanes<T>(count: i32): v128 {
  return i32x4.gt_s(i32x4.splat(count), sizeof<T>() == 4 ? i32x4(0, 1, 2, 3) : i32x4(0, 0, 1, 1));
}

/** sum + lane 0 + lane 1 + …: one chain in ascending order. */
// @ts-ignore: decorator
@inline
export function addLanes<T>(sum: T, v: v128): T {
  sum = <T>(sum + v128.extract_lane<T>(v, 0));
  sum = <T>(sum + v128.extract_lane<T>(v, 1));
  if (sizeof<T>() == 4) {
    sum = <T>(sum + v128.extract_lane<T>(v, 2));
    sum = <T>(sum + v128.extract_lane<T>(v, 3));
  }
  return sum;
}
