// Threefry-2x32 with 20 rounds (Salmon, Moraes, Dror, Shaw: Parallel Random Numbers: As Easy as 1, 2, 3, 2011), as in
// JAX: a keyed bijection of 64-bit counters made of add, xor and rotate. src/backend/js/threefry.ts is the twin.

/** TF(key, (counter0, counter1)): the first word in the low half of the result, the second in the high half. */
export function threefry(key0: u32, key1: u32, counter0: u32, counter1: u32): u64 {
  let a = key0;
  let b = key1;
  let c: u32 = 0x1bd11bda ^ a ^ b;
  let x0 = counter0 + a;
  let x1 = counter1 + b;
  for (let group: u32 = 1; group <= 5; group++) {
    // Rotation distances, lowest byte first: 13 15 26 6 and 17 29 16 24.
    let turns: u32 = group & 1 ? 0x061a0f0d : 0x18101d11;
    for (let round = 0; round < 4; round++) {
      x0 += x1;
      x1 = rotl<u32>(x1, turns & 31) ^ x0;
      turns >>= 8;
    }
    x0 += b;
    x1 += c + group;
    const first = a;
    a = b;
    b = c;
    c = first;
  }
  return (<u64>x1 << 32) | <u64>x0;
}

// @ts-ignore: decorator
@inline
function rotate(x: v128, n: i32): v128 {
  return v128.or(i32x4.shl(x, n), i32x4.shr_u(x, 32 - n));
}

/**
 * Writes n words of the stream of a key from word `first` on, an even number, four counters at a time; up to 3 more words
 * fill the last vector.
 */
export function words(out: usize, key0: u32, key1: u32, first: i32, n: i32): void {
  const key2: u32 = 0x1bd11bda ^ key0 ^ key1;
  const k0 = i32x4.splat(key0);
  const k1 = i32x4.splat(key1);
  const k2 = i32x4.splat(key2);
  // What the second words get after each group of four rounds, summed here: V8 rebuilds vector constants in loops.
  const add1 = i32x4.splat(key2 + 1);
  const add2 = i32x4.splat(key0 + 2);
  const add3 = i32x4.splat(key1 + 3);
  const add4 = i32x4.splat(key2 + 4);
  const add5 = i32x4.splat(key0 + 5);
  let start = i32x4.add(i32x4(0, 1, 2, 3), i32x4.splat(key0 + (<u32>first >> 1)));
  do {
    let x0 = start;
    let x1 = k1;

    x0 = i32x4.add(x0, x1);
    x1 = v128.xor(rotate(x1, 13), x0);
    x0 = i32x4.add(x0, x1);
    x1 = v128.xor(rotate(x1, 15), x0);
    x0 = i32x4.add(x0, x1);
    x1 = v128.xor(rotate(x1, 26), x0);
    x0 = i32x4.add(x0, x1);
    x1 = v128.xor(rotate(x1, 6), x0);
    x0 = i32x4.add(x0, k1);
    x1 = i32x4.add(x1, add1);

    x0 = i32x4.add(x0, x1);
    x1 = v128.xor(rotate(x1, 17), x0);
    x0 = i32x4.add(x0, x1);
    x1 = v128.xor(rotate(x1, 29), x0);
    x0 = i32x4.add(x0, x1);
    x1 = v128.xor(rotate(x1, 16), x0);
    x0 = i32x4.add(x0, x1);
    x1 = v128.xor(rotate(x1, 24), x0);
    x0 = i32x4.add(x0, k2);
    x1 = i32x4.add(x1, add2);

    x0 = i32x4.add(x0, x1);
    x1 = v128.xor(rotate(x1, 13), x0);
    x0 = i32x4.add(x0, x1);
    x1 = v128.xor(rotate(x1, 15), x0);
    x0 = i32x4.add(x0, x1);
    x1 = v128.xor(rotate(x1, 26), x0);
    x0 = i32x4.add(x0, x1);
    x1 = v128.xor(rotate(x1, 6), x0);
    x0 = i32x4.add(x0, k0);
    x1 = i32x4.add(x1, add3);

    x0 = i32x4.add(x0, x1);
    x1 = v128.xor(rotate(x1, 17), x0);
    x0 = i32x4.add(x0, x1);
    x1 = v128.xor(rotate(x1, 29), x0);
    x0 = i32x4.add(x0, x1);
    x1 = v128.xor(rotate(x1, 16), x0);
    x0 = i32x4.add(x0, x1);
    x1 = v128.xor(rotate(x1, 24), x0);
    x0 = i32x4.add(x0, k1);
    x1 = i32x4.add(x1, add4);

    x0 = i32x4.add(x0, x1);
    x1 = v128.xor(rotate(x1, 13), x0);
    x0 = i32x4.add(x0, x1);
    x1 = v128.xor(rotate(x1, 15), x0);
    x0 = i32x4.add(x0, x1);
    x1 = v128.xor(rotate(x1, 26), x0);
    x0 = i32x4.add(x0, x1);
    x1 = v128.xor(rotate(x1, 6), x0);
    x0 = i32x4.add(x0, k2);
    x1 = i32x4.add(x1, add5);

    v128.store(out, i32x4.shuffle(x0, x1, 0, 4, 1, 5));
    if (n > 4) v128.store(out, i32x4.shuffle(x0, x1, 2, 6, 3, 7), 16);
    start = i32x4.add(start, i32x4.splat(4));
    out += 32;
    n -= 8;
  } while (n > 0);
}
