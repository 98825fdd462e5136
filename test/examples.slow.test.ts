import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { sameBits, sameNumbers } from '../examples/support/compare.js';
import { ensureBuilt } from './support/build';

const root = join(import.meta.dirname, '..');

function node(...args: string[]) {
  const { FORCE_COLOR: _, NO_COLOR: __, ...env } = process.env; // Node warns where both are set
  // The limit leaves room for a busy machine; the tour takes about two seconds on an idle one.
  return spawnSync(process.execPath, args, { cwd: root, env, encoding: 'utf8', timeout: 60_000 });
}

/** The text between tags may hold no bare < or &, every tag is closed in order, every attribute is quoted. */
function isWellFormed(xml: string): boolean {
  const open: string[] = [];
  let closedRoot = false;
  const tag = /<(\/?)([a-z][\w:-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>|([^<]+)|</giy;
  for (const [whole, slash, name, attributes = '', empty, text] of xml.matchAll(tag)) {
    if (/&(?!(amp|lt|gt|quot|apos|#\d+|#x[\da-f]+);)/i.test(text ?? attributes)) return false;
    if (text !== undefined) {
      if (open.length === 0 && text.trim() !== '') return false;
      continue;
    }
    if (whole === '<' || (closedRoot && open.length === 0)) return false;
    if (slash) {
      if (open.pop() !== name) return false;
    } else if (!empty) open.push(name!);
    closedRoot = open.length === 0;
  }
  return closedRoot;
}

/** Images whose brightest rows of pixels tell the class: easy to learn, in MNIST's format. */
function writeIdx(folder: string, part: string, count: number) {
  const header = (...sizes: number[]) => [0, 0, 8, sizes.length, ...sizes.flatMap((n) => [0, 0, n >> 8, n & 255])];
  const labels = Array.from({ length: count }, (_, i) => Math.floor(i * 6.18034) % 10);
  const pixels = labels.flatMap((label, i) =>
    Array.from({ length: 784 }, (_, k) => ((k / 56) >>> 0 === label ? 200 + (i % 50) : (k * i) % 40)),
  );
  writeFileSync(join(folder, `${part}-images-idx3-ubyte`), Uint8Array.from([...header(count, 28, 28), ...pixels]));
  writeFileSync(join(folder, `${part}-labels-idx1-ubyte`), Uint8Array.from([...header(count), ...labels]));
}

beforeAll(ensureBuilt);

describe('npm start', () => {
  let tour: ReturnType<typeof node>;
  const picture = join(root, 'out/loss.svg');
  const lines = () => tour.stdout.split('\n');

  beforeAll(() => {
    rmSync(picture, { force: true });
    tour = node('examples/start.js');
  });

  it('ends well, with the same bits on both backends', () => {
    expect(tour.stderr).toBe('');
    expect(tour.status).toBe(0);
    expect(tour.stdout).toContain('same bits: yes');
    expect(tour.stdout).not.toContain('NO');
    expect(lines().filter((line) => /│ +yes │$/.test(line))).toHaveLength(4);
  });

  it('solves XOR on both backends', () => {
    const rows = [...tour.stdout.matchAll(/│ (\d) xor (\d) │ +(\d) │ ([\d.]+) │ +(\d) ✓ │/g)];
    expect(rows).toHaveLength(8);
    for (const [, a, b, label, output, rounded] of rows) {
      expect(Number(label)).toBe(Number(a) ^ Number(b));
      expect(rounded).toBe(label);
      expect(Math.abs(Number(output) - Number(label))).toBeLessThan(0.2);
    }
  });

  it('recognises 95 % of the digits or more', () => {
    const accuracies = [...tour.stdout.matchAll(/test accuracy ([\d.]+) %/g)].map(([, percent]) => Number(percent));
    expect(accuracies).toHaveLength(2);
    expect(accuracies[0]).toBeGreaterThanOrEqual(95);
    expect(accuracies[1]).toBe(accuracies[0]);
    expect(lines().filter((line) => line.startsWith('epoch 15/15'))).toHaveLength(2);
  });

  it('fits 80 columns and has no colours where the output is no terminal', () => {
    expect(Math.max(...lines().map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(tour.stdout).not.toContain('\x1b');
  });

  it('draws the loss curves', () => {
    expect(tour.stdout).toContain('out/loss.svg');
    expect(existsSync(picture)).toBe(true);
    const svg = readFileSync(picture, 'utf8');
    expect(isWellFormed(svg)).toBe(true);
    expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    for (const text of ['XOR', 'Handwritten digits', 'epoch', 'loss', 'training', 'validation', '10,000']) {
      expect(svg).toContain(text);
    }
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });
});

describe('the single examples', () => {
  it.each(['xor.js', 'digits.js'])('%s runs alone, on either backend', (file) => {
    const results = ['wasm', 'js'].map((backend) => node(`examples/${file}`, backend));
    for (const { status, stderr } of results) expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const numbers = results.map(({ stdout }) => stdout.replace(/[\d.]+ (ms|s)\b/g, ''));
    expect(numbers[0]).toBe(numbers[1]);
  });

  it.each([true, false])('mnist.js learns from IDX files (train files there: %s)', (hasTrain) => {
    const folder = mkdtempSync(join(tmpdir(), 'linnet-mnist-'));
    try {
      writeIdx(folder, 't10k', 1000);
      if (hasTrain) writeIdx(folder, 'train', 500);
      const { status, stdout, stderr } = node('examples/mnist.js', folder);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).toContain(
        hasTrain ? '500 images to train on, 1000 to test' : '900 images to train on, 100 to test',
      );
      expect(Number(/accuracy ([\d.]+) %, loss/.exec(stdout)?.[1])).toBeGreaterThan(90);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('mnist.js says what it wants', () => {
    for (const [args, problem] of [
      [[], 'Which folder?'],
      [['no-such-folder'], 'There is no folder "no-such-folder".'],
      [['examples'], '"examples" lacks t10k-images-idx3-ubyte'],
    ] as const) {
      const { status, stderr } = node('examples/mnist.js', ...args);
      expect(status).toBe(1);
      expect(stderr).toContain(problem);
      expect(stderr).toContain('node examples/mnist.js FOLDER');
    }
  });
});

describe('sameBits', () => {
  it('sees one bit, the sign of zero, and missing weights', () => {
    const matrix = (...values: number[]) => ({ data: Float32Array.from(values), rows: 1, cols: values.length });
    expect(sameBits([matrix(1, 0)], [matrix(1, 0)])).toBe(true);
    expect(sameBits([matrix(1, 0)], [matrix(1 + 2 ** -23, 0)])).toBe(false);
    expect(sameBits([matrix(1, 0)], [matrix(1, -0)])).toBe(false);
    expect(sameBits([matrix(1, 0)], [matrix(1, 0), matrix(1)])).toBe(false);
    expect(sameNumbers([0.1], [0.1])).toBe(true);
    expect(sameNumbers([0.1], [0.1 + 2 ** -56])).toBe(false);
  });
});

describe('isWellFormed', () => {
  it('tells good from bad', () => {
    expect(isWellFormed('<svg a="1"><g><path d="M0,0" /></g>x &amp; y</svg>\n')).toBe(true);
    for (const bad of [
      '',
      'x',
      '<svg>',
      '<svg></g>',
      '<svg a=1></svg>',
      '<svg>&</svg>',
      '<svg>a < b</svg>',
      '<a/><b/>',
    ]) {
      expect(isWellFormed(bad), bad).toBe(false);
    }
  });
});
