// The weights that three trainings end in, everywhere: test/platforms/digests.json, one entry for each `numericsVersion`.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as linnet from '../src/index';
import digests from './platforms/digests.json';
import { train } from './platforms/trainings.js';

const root = join(import.meta.dirname, '..');
const csv = readFileSync(join(root, 'examples/data/digits.csv'), 'utf8');
const expected = (digests as Record<string, Record<string, string>>)[linnet.numericsVersion];

describe('the committed digests', () => {
  it.each([
    { backend: 'wasm', threads: 1 },
    { backend: 'wasm', threads: 2 },
    { backend: 'wasm', threads: 3 },
    { backend: 'wasm', threads: 4 },
    { backend: 'js', threads: 1 },
  ])('are those of $backend on $threads threads', async (options) => {
    const result = await train(linnet, csv, options);
    expect(result).toMatchObject({ ...options, digests: expected });
    expect(Object.keys(result.digests)).toEqual(['xor', 'digits', 'deep']);
  });

  it('are others for another seed', async () => {
    const changed = { ...linnet, sequential: (options: object) => linnet.sequential({ ...options, seed: 4 }) };
    const result = await train(changed, csv, {});
    expect(result.digests.xor).toBe(expected!.xor);
    expect(result.digests.digits).not.toBe(expected!.digits);
  });

  it('belong to versions that the changelog explains', () => {
    const changelog = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
    const versions = Object.keys(digests);
    expect(versions.at(-1)).toBe(linnet.numericsVersion);
    for (const version of versions) expect(changelog).toContain(`\`numericsVersion\` is \`'${version}'\``);
  });
});
