// What the compiled core must not contain, since every worker instantiates it over one shared memory, and since run() is
// executed by the baseline compiler for the whole of its first call.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import binaryen from 'binaryen';
import { describe, expect, test } from 'vitest';
import { decode } from '../src/backend/text';
import * as single from '../src/generated/core';
import * as relaxed from '../src/generated/relaxed-core';
import * as threads from '../src/generated/threads-core';
import { schema } from '../src/plan/schema';
import { readModule, type WasmModule } from './support/wasm-module';

const root = join(import.meta.dirname, '..');
const ops = Object.keys(schema).length;

/** An exported function and those it calls that do nothing but dispatch. */
function dispatchOf({ functions, bodies }: WasmModule, name: string) {
  const entry = bodies.get(functions.get(name)!)!;
  const switches = [entry, ...entry.calls.map((index) => bodies.get(index)!)].filter(({ cases }) => cases > 0);
  return [...new Set([entry, ...switches])];
}

describe.each([
  ['core', single],
  ['threads-core', threads],
  ['relaxed-core', relaxed],
])('the compiled %s', (name, { core, parts }) => {
  const bytes = Buffer.from(decode(core, parts));
  const module = readModule(bytes);

  test('is what the build left behind', () => {
    expect(bytes.equals(readFileSync(join(root, `build/${name}.wasm`)))).toBe(true);
  });

  // Else the text is larger by a tenth: every second function must be the float64 twin of the one before it, so functions
  // that have none must come in pairs, too.
  test('has twins where its text wants them', () => {
    const text = Buffer.from(core);
    expect(deflateRawSync(text).length).toBeLessThan(0.86 * deflateRawSync(bytes).length);
  });

  test('imports its memory and nothing else', () => {
    expect(module.imports).toEqual(['env.memory']);
    expect(module.exports).toEqual(expect.arrayContaining(['run_f32', 'run_f64']));
    expect(module.exports).not.toContain('memory');
  });

  test('fuses products and sums only where that was asked for', () => {
    const fused = [0x85, 0x86, 0x87, 0x88].some((opcode) => bytes.includes(Buffer.from([0xfd, opcode, 0x02])));
    expect(fused).toBe(name === 'relaxed-core');
  });

  test('has no state of its own', () => {
    expect(module.dataSegments).toBe(0);
    expect(module.mutableGlobals).toBe(0);
  });

  test.each(['run_f32', 'run_f64'])('%s dispatches, kernels compute', (name) => {
    const dispatch = dispatchOf(module, name);
    expect(Math.max(...dispatch.map(({ cases }) => cases))).toBeGreaterThanOrEqual(ops - 1);
    for (const { simd } of dispatch) expect(simd).toBe(0);
    // `step` and `next` are a few loads and stores; all others are functions of their own.
    const called = new Set(dispatch.flatMap(({ calls }) => calls));
    expect(called.size).toBeGreaterThanOrEqual(ops - 2);
  });

  test('computes in vectors', () => {
    const vectors = [...module.bodies.values()].filter(({ simd }) => simd > 0);
    expect(vectors.length).toBeGreaterThan(ops);
    expect(vectors.reduce((sum, { simd }) => sum + simd, 0)).toBeGreaterThan(3000);
  });
});

test('the reader of modules finds what must not be there', () => {
  const module = binaryen.parseText(`(module
    (import "env" "memory" (memory 1))
    (import "env" "print" (func $print (param f64)))
    (global $counter (mut i32) (i32.const 0))
    (global $fixed i64 (i64.const -5))
    (data (i32.const 8) "abc")
    (func $sum (param v128 v128) (result v128)
      (f32x4.add (local.get 0) (i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 (local.get 0) (local.get 1))))
    (func $run (export "run") (param i32) (local f64 v128)
      (block $a (block $b (block $c
        (br_table $a $b $c (local.get 0)))
        (v128.store offset=300 (i32.const 1000) (call $sum (local.get 2) (v128.const i32x4 11 2 3 253))))
        (call $print (f64.const 0.1)))
      (v128.store32_lane 1 (i32.const 4) (v128.load (i32.const 64)))
      (drop (i32x4.extract_lane 2 (local.get 2)))
      (drop (f32.const 253))
      (memory.fill (i32.const 0) (i32.const 0) (i32.const 9))
      (global.set $counter (i32.trunc_sat_f64_s (f64.const 2))))
  )`);
  module.setFeatures(binaryen.Features.All);
  const read = readModule(module.emitBinary());
  expect(read).toMatchObject({ imports: ['env.print', 'env.memory'], mutableGlobals: 1, dataSegments: 1 });
  const run = read.functions.get('run')!;
  expect(read.bodies.get(run)).toEqual({ simd: 5, calls: [run - 1, 0], cases: 2 });
  expect(read.bodies.get(run - 1)!.simd).toBe(2);
});
