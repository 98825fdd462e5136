import * as fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { fromBase64, toBase64 } from '../src/formats/base64';

const bytesOf = (text: string) => fromBase64('text', text, 'uint8');

describe('base64', () => {
  // RFC 4648 §10
  it.each([
    ['', ''],
    ['f', 'Zg=='],
    ['fo', 'Zm8='],
    ['foo', 'Zm9v'],
    ['foob', 'Zm9vYg=='],
    ['fooba', 'Zm9vYmE='],
    ['foobar', 'Zm9vYmFy'],
  ])('%j is %s', (plain, text) => {
    const bytes = new TextEncoder().encode(plain);
    expect(toBase64(bytes)).toBe(text);
    expect(bytesOf(text)).toEqual(bytes);
  });

  it('agrees with Buffer on random bytes, views into larger buffers too', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), fc.nat(5), (bytes, skip) => {
        const view = bytes.subarray(Math.min(skip, bytes.length));
        const text = Buffer.from(view).toString('base64');
        expect(toBase64(view)).toBe(text);
        expect(bytesOf(text)).toEqual(view.slice());
      }),
    );
  });

  it.each(['float32', 'float64'] as const)('keeps every bit of %s', (type) => {
    fc.assert(
      fc.property(type === 'float32' ? fc.float32Array() : fc.float64Array(), (values) => {
        const back = fromBase64('w', toBase64(values), type, values.length);
        expect(back).toEqual(values); // Object.is per value: −0 and NaN count
        expect(back.buffer.byteLength).toBe(values.byteLength);
      }),
    );
  });

  it('is little-endian on every machine', () => {
    expect(toBase64(new Float32Array([1]))).toBe('AACAPw==');
    expect(toBase64(new Int32Array([1, -2]))).toBe('AQAAAP7///8=');
    // A big-endian machine holds the value 1 as 3f 80 00 00.
    const swapped = new Float32Array(new Uint8Array([0x3f, 0x80, 0, 0]).buffer);
    expect(toBase64(swapped, false)).toBe('AACAPw==');
    expect(new Uint8Array(fromBase64('w', 'AACAPw==', 'float32', 1, false).buffer)).toEqual(
      new Uint8Array([0x3f, 0x80, 0, 0]),
    );
    expect(new Uint8Array(swapped.buffer)[0]).toBe(0x3f);
    expect(toBase64(new Uint8Array([1, 2, 3]), false)).toBe('AQID');
  });

  it('is typed', () => {
    expectTypeOf(fromBase64('w', '', 'float64')).toEqualTypeOf<Float64Array<ArrayBuffer>>();
    // @ts-expect-error no such type
    expect(() => fromBase64('w', '', 'float16')).toThrow();
  });

  it.each([
    [5, 'TypeError', 'weights: expected base64 text, got 5 (number).'],
    ['Zm9', 'RangeError', 'a multiple of 4, got 3: it is truncated.'],
    ['Zm9v\n', 'RangeError', 'a multiple of 4'],
    ['Zm*v', 'RangeError', 'weights: character 2 is "*", which base64 does not use.'],
    ['Zm-_', 'RangeError', 'character 2 is "-"'],
    ['Zmév', 'RangeError', 'character 2 is "é"'],
    ['Z€==', 'RangeError', 'character 1 is "€"'],
    ['Zg==Zg==', 'RangeError', 'character 2 is "="'],
    ['Z===', 'RangeError', 'character 1 is "="'],
    ['====', 'RangeError', 'character 0 is "="'],
    ['Zh==', 'RangeError', 'stray bits'],
    ['Zm9=', 'RangeError', 'stray bits'],
    ['    ', 'RangeError', 'character 0 is " "'],
  ])('rejects %j', (text, kind, message) => {
    try {
      fromBase64('weights', text, 'uint8');
    } catch (error) {
      expect((error as Error).constructor.name).toBe(kind);
      expect((error as Error).message).toContain(message);
      return;
    }
    expect.unreachable();
  });

  it('accepts exactly what Buffer writes', () => {
    const alphabet = fc.stringMatching(/^[A-D+/=z]{4,8}$/);
    fc.assert(
      fc.property(alphabet, (text) => {
        const canonical = Buffer.from(text, 'base64').toString('base64') === text;
        if (canonical) expect(toBase64(bytesOf(text))).toBe(text);
        else expect(() => bytesOf(text)).toThrow(RangeError);
      }),
      { numRuns: 2000 },
    );
  });

  it('counts values', () => {
    expect(() => fromBase64('dense_1/kernel', 'AACAPw==', 'float32', 2)).toThrow(
      'dense_1/kernel: expected 8 (2 float32 values) bytes, got 4.',
    );
    expect(() => fromBase64('w', 'AACAPw==', 'float64')).toThrow('expected a multiple of 8 bytes, got 4.');
  });

  it('takes 10 MB in well under a second', () => {
    const values = Float32Array.from({ length: 2_500_000 }, (_, i) => i * 0.37);
    const start = performance.now();
    expect(fromBase64('w', toBase64(values), 'float32', values.length)[123456]).toBe(values[123456]);
    expect(performance.now() - start).toBeLessThan(1500);
  });
});
