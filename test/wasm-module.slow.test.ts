import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

test('the build is reproducible: the same sources in another folder give the same bytes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'linnet-'));
  try {
    for (const name of ['assembly', 'scripts', 'src/backend', 'asconfig.json', 'package.json', 'package-lock.json']) {
      cpSync(join(root, name), join(folder, name), { recursive: true });
    }
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
    execFileSync(process.execPath, ['scripts/generate.js'], { cwd: folder, stdio: 'ignore' });
    const generated = readdirSync(join(folder, 'src/generated'), { recursive: true, encoding: 'utf8' });
    const files = generated.filter((name) => name.endsWith('.ts')).map((name) => join('src/generated', name));
    expect(generated.sort()).toEqual(['core.ts', 'kernels.ts', 'relaxed-core.ts', 'threads-core.ts']);
    for (const file of ['build/core.wasm', 'build/threads-core.wasm', 'build/relaxed-core.wasm', ...files]) {
      expect(readFileSync(join(folder, file)).equals(readFileSync(join(root, file))), file).toBe(true);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
