import * as fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { fromBase64, toBase64 } from '../src/formats/base64';

const bytesOf = (text: string, length: number) => new Uint8Array(fromBase64('text', text, 'float32', length).buffer);

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
    expect(toBase64(new TextEncoder().encode(plain))).toBe(text);
  });

  it('agrees with Buffer on random bytes, views into larger buffers too', () => {
    const size = fc.oneof(fc.nat(20), fc.integer({ min: 760, max: 780 }), fc.integer({ min: 1530, max: 1540 }));
    const floats = size.chain((length) => fc.uint8Array({ minLength: 4 * length, maxLength: 4 * length }));
    fc.assert(
      fc.property(floats, fc.nat(5), (bytes, skip) => {
        const view = bytes.subarray(4 * Math.min(skip, bytes.length / 4));
        const text = Buffer.from(view).toString('base64');
        expect(toBase64(view)).toBe(text);
        expect(bytesOf(text, view.length / 4)).toEqual(view.slice());
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
  });

  it('is typed', () => {
    expectTypeOf(fromBase64('w', '', 'float64', 0)).toEqualTypeOf<Float64Array<ArrayBuffer>>();
    // @ts-expect-error no such type
    expect(() => fromBase64('w', '', 'float16', 1)).toThrow();
  });

  it.each([
    ['AACAP', 'too few characters'],
    ['AACAPw=', 'half the padding'],
    ['AACAPw', 'no padding'],
    ['AACAPw==\n', 'a line break'],
    [' AACAPw==', 'a space'],
    ['AACAPw==AACAPw==', 'padding in the middle'],
    ['AACAPx==', 'stray bits before the padding'],
    ['AAC*Pw==', 'another character'],
    ['AAC_Pw==', 'the alphabet of addresses'],
    ['AAC€Pw==', 'characters beyond Latin-1'],
    ['AACAPwA=', 'one byte more'],
    ['AACAPwAAAAA=', 'one value more'],
    ['', 'nothing'],
    ['AAAAAA==*', 'zeros and another character'],
  ])('rejects %j: %s', (text) => {
    expect(() => fromBase64('weights', text, 'float32', 1)).toThrow(
      expect.objectContaining({
        code: 'ERR_FORMAT',
        message: `weights: expected 1 float32 values in base64, got ${text.length} characters: ${JSON.stringify(text)}.`,
      }),
    );
  });

  it('accepts exactly what Buffer writes', () => {
    const alphabet = fc.stringMatching(/^[A-D+/z]{4}[A-D+=/]([AQgw]|[BD=])=?=$/);
    let accepted = 0;
    fc.assert(
      fc.property(alphabet, (text) => {
        const bytes = Buffer.from(text, 'base64');
        if (bytes.length === 4 && bytes.toString('base64') === text) {
          accepted++;
          expect(bytesOf(text, 1)).toEqual(new Uint8Array(bytes));
        } else expect(() => bytesOf(text, 1)).toThrow(RangeError);
      }),
      { numRuns: 2000 },
    );
    expect(accepted).toBeGreaterThan(20);
  });

  it('takes 10 MB', () => {
    const values = Float32Array.from({ length: 2_500_000 }, (_, i) => i * 0.37);
    expect(fromBase64('w', toBase64(values), 'float32', values.length)[123456]).toBe(values[123456]);
  });
});
