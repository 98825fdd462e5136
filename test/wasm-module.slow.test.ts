import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

test('the build is reproducible: the same sources give the same bytes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'linnet-'));
  try {
    const out = join(folder, 'core.wasm');
    const asc = join(root, 'node_modules/assemblyscript/bin/asc.js');
    const options = [
      '--config',
      'asconfig.json',
      '--target',
      'release',
      '--transform',
      join(root, 'scripts/outline.js'),
    ];
    execFileSync(process.execPath, [asc, ...options, '--outFile', out], { cwd: root, stdio: 'ignore' });
    expect(readFileSync(out).equals(readFileSync(join(root, 'build/core.wasm')))).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
