// The benches run: what they measure is theirs to say.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { ensureBuilt } from './support/build';

const root = join(import.meta.dirname, '..');
const node = (...args: string[]) => spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', timeout: 90_000 });

beforeAll(ensureBuilt);

test('npm run bench compares both backends on every case asked for', () => {
  const folder = mkdtempSync(join(tmpdir(), 'linnet-'));
  try {
    const json = join(folder, 'bench.json');
    const { status, stdout, stderr } = node(
      'bench/index.js',
      '--quick',
      '--only',
      'matmul',
      '--only',
      'xor',
      '--json',
      json,
    );
    expect(status, stderr).toBe(0);
    expect(stdout).toContain('same results on both backends: yes, in every case');
    type Result = { case: string; sameResult: boolean };
    const { results } = JSON.parse(readFileSync(json, 'utf8')) as { results: Result[] };
    expect(new Set(results.map((result) => result.case))).toEqual(new Set(['matmul', 'xor']));
    expect(results.every(({ sameResult }) => sameResult)).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('npm run bench:rivals lists its options', () => {
  const { status, stdout, stderr } = node('bench/rivals/index.js', '--help');
  expect(status, stderr).toBe(0);
  expect(stdout).toContain('--install');
});
