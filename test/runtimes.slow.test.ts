// The bundle in Node, Deno and Bun: the same bits, and timers that fire while a model is trained.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from './support/build';

const root = join(import.meta.dirname, '..');
const { platform, arch } = process;
const windows = platform === 'win32' ? '.exe' : '';

/** Packages that hold nothing but the binary. Development dependencies, optional: not every machine has one. */
const binaries: Record<string, { file: string; args: string[]; missing: string }> = {
  node: { file: process.execPath, args: [], missing: '' },
  node24: inPackage('node24', 'bin/node', []),
  node26: inPackage('node26', 'bin/node', []),
  deno: inPackage(`@deno/${platform}-${arch}${platform === 'linux' ? '-glibc' : ''}`, 'deno', ['run', '--allow-read']),
  bun: inPackage(
    `@oven/bun-${platform === 'win32' ? 'windows' : platform}-${arch === 'arm64' ? 'aarch64' : arch}`,
    'bin/bun',
    [],
  ),
};

function inPackage(name: string, path: string, args: string[]) {
  const file = join(root, 'node_modules', name, path + windows);
  return { file, args, missing: existsSync(file) ? '' : ` (skipped: ${name} is not installed)` };
}

interface Report {
  digests: Record<string, string>;
  threads: Record<string, number>;
  waited: number[];
  revectorize?: { enabled: boolean; reason: string; speedup?: number };
}

const reports = new Map<string, Promise<Report>>();

/** What a runtime says; run once. */
function report(runtime: string, revectorize = false): Promise<Report> {
  const key = `${runtime} ${revectorize}`;
  const known = reports.get(key);
  if (known) return known;
  const { file, args } = binaries[runtime]!;
  const script = join(root, 'test/support/runtime-check.mjs');
  const urls = ['index', ...(revectorize ? ['node'] : [])].map(
    (name) => pathToFileURL(join(root, `dist/${name}.js`)).href,
  );
  const running = promisify(execFile)(file, [...args, script, ...urls]).then(
    ({ stdout }) => JSON.parse(stdout) as Report,
  );
  reports.set(key, running);
  return running;
}

beforeAll(ensureBuilt);

describe.each(Object.entries(binaries))('%s', (runtime, { missing }) => {
  it.skipIf(missing)(`reaches the same bits on both backends, as Node does${missing}`, async () => {
    const { digests, threads } = await report(runtime);
    expect(threads).toEqual({ wasm: 3, js: 1 });
    expect(Object.keys(digests)).toHaveLength(10);
    for (const [name, digest] of Object.entries(digests)) expect(digest).toBe(digests[name.replace('js', 'wasm')]);
    expect(digests).toEqual((await report('node')).digests);
  });

  it.skipIf(missing)(`fires a timer of 50 ms within 100 ms during a long fit${missing}`, async () => {
    const { waited } = await report(runtime);
    expect(waited).toHaveLength(9);
    expect(waited[4]).toBeLessThan(100); // the median: other programs may hold up a few
  });
});

describe.each(Object.entries(binaries))('enableRevectorize on %s', (runtime, { missing }) => {
  it.skipIf(missing)(`changes no bit, and says what it did${missing}`, async () => {
    const { digests, revectorize } = await report(runtime, true);
    expect(digests).toEqual((await report('node')).digests);
    const { enabled, reason, speedup } = revectorize!;
    const [major] = process.versions.node.split('.');
    if (runtime === 'deno' || runtime === 'bun') expect(reason).toBe('this is not Node');
    else if (runtime === 'node' && Number(major) < 24) expect(reason).toContain('from 24 on');
    else
      expect(reason).toBe(
        enabled ? 'the same bits, and faster here' : 'it is not faster here, or models were made before',
      );
    if (enabled) expect(speedup).toBeGreaterThanOrEqual(1.05);
  });
});
