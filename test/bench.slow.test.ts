// The benches run: what they measure is theirs to say.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { ensureBuilt } from './support/build';

const root = join(import.meta.dirname, '..');
const node = (...args: string[]) =>
  spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', timeout: 110_000 });

beforeAll(ensureBuilt);

type Result = { case: string; sameResult: boolean; backends: Record<string, { samples: number[] }> };
type Figures = { results: Result[]; points: { chart: string; y: number }[] };

test('npm run bench compares both backends on every case, and draws charts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'linnet-'));
  try {
    const json = join(folder, 'bench.json');
    const { status, stdout, stderr } = node('bench/index.js', '--quick', '--json', json);
    expect(status, stderr).toBe(0);
    expect(stdout).toContain('same results on both backends: yes, in every case');
    const { results, points } = JSON.parse(readFileSync(json, 'utf8')) as Figures;
    // These compare WebAssembly with itself.
    const named = readdirSync(join(root, 'bench/cases')).map((file) => file.replace('.js', ''));
    expect([...new Set(results.map((result) => result.case)), 'auto', 'relaxed', 'zeros'].sort()).toEqual(named.sort());
    for (const { backends } of results) {
      for (const { samples } of Object.values(backends)) {
        expect(samples.every((value) => value > 0 && Number.isFinite(value))).toBe(true);
      }
    }
    const charts = ['matmul', 'scaling', 'training', 'epochs', 'zeros'];
    expect([...new Set(points.map(({ chart }) => chart))].sort()).toEqual(charts.sort());
    for (const chart of ['', '-kernels', ...charts.map((name) => `-${name}`)]) {
      const svg = readFileSync(join(folder, `bench${chart}.svg`), 'utf8');
      expect(svg).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
      expect(svg).not.toMatch(/NaN|undefined/);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('npm run bench measures only what it is asked for', () => {
  const folder = mkdtempSync(join(tmpdir(), 'linnet-'));
  try {
    const json = join(folder, 'figures.json');
    const { status, stderr } = node('bench/index.js', '--quick', '--only', 'neuro', '--only', 'xor', '--json', json);
    expect(status, stderr).toBe(0);
    const { results } = JSON.parse(readFileSync(json, 'utf8')) as Figures;
    expect(new Set(results.map((result) => result.case))).toEqual(new Set(['xor', 'neuroevolution']));
    expect(existsSync(join(folder, 'figures.svg'))).toBe(true);
    expect(existsSync(join(folder, 'figures-matmul.svg'))).toBe(false);
  } finally {
    rmSync(folder, { recursive: true });
  }
  const { status, stderr } = node('bench/index.js', '--only', 'nothing');
  expect(status).toBe(1);
  expect(stderr).toContain('--only nothing names none of matmul');
});

test.each([
  [
    ['--seconds', '0.1'],
    ['matmulSparse', 'adam', '784×128'],
  ],
  [
    ['--model', '64-32-10', '--backend', 'js', '--dropout', '0.2', '--zeros', 'dense'],
    ['dropoutBackward', '32×64'],
  ],
  [
    ['--model', '3-4-1', '--kind', 'predict', '--batch', '1', '--dtype', 'float64'],
    ['sigmoid', '1×3 · 3×4'],
  ],
])('npm run bench:profile %j lists the ops', (args, expected) => {
  const { status, stdout, stderr } = node('bench/profile.js', '--seconds', '0.1', ...args);
  expect(status, stderr).toBe(0);
  for (const text of [...expected, 'GFLOP/s', 'a step in one call', 'are taken off each op']) {
    expect(stdout).toContain(text);
  }
  expect(stdout).not.toMatch(/NaN|undefined/);
});

test('npm run bench:profile says what is wrong with its options', () => {
  const { status, stderr } = node('bench/profile.js', '--model', '784');
  expect(status).toBe(1);
  expect(stderr).toContain('give widths, for example 784-128-10');
});

test('npm run bench:rivals lists its options', () => {
  const { status, stdout, stderr } = node('bench/rivals/index.js', '--help');
  expect(status, stderr).toBe(0);
  expect(stdout).toContain('--install');
});
