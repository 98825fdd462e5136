// What would be published: its files, its entry points, its types.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureBuilt } from './support/build';

const root = join(import.meta.dirname, '..');
const run = (file: string, ...args: string[]) => execFileSync(file, args, { cwd: root, encoding: 'utf8' });
const tool = (path: string, ...args: string[]) => run(process.execPath, join(root, 'node_modules', path), ...args);

let folder: string;
let tarball: string;
beforeAll(() => {
  ensureBuilt();
  folder = mkdtempSync(join(tmpdir(), 'linnet-'));
  // Without scripts: building would take away what other tests are reading.
  const [{ filename }] = JSON.parse(run('npm', 'pack', '--json', '--ignore-scripts', '--pack-destination', folder));
  tarball = join(folder, filename);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the package', () => {
  test('has these files and no others', () => {
    const [{ files }] = JSON.parse(run('npm', 'pack', '--dry-run', '--json', '--ignore-scripts'));
    const paths: string[] = files.map(({ path }: { path: string }) => path);
    const outside = paths.filter((path) => !path.startsWith('dist/'));
    expect(outside.sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json']);
    const both = (name: string, ...extensions: string[]) => extensions.map((extension) => `dist/${name}.${extension}`);
    const scripts = ['index', 'js', 'node', 'files', 'threads', 'relaxed'].flatMap((name) => both(name, 'js', 'cjs'));
    const alone = [...both('standalone', 'js'), ...both('worker', 'js')];
    const types = ['index', 'js', 'node'].flatMap((name) => both(name, 'd.ts', 'd.cts'));
    const maps = [...scripts, ...alone].map((path) => `${path}.map`);
    const inside = paths.filter((path) => path.startsWith('dist/'));
    // Declarations that entry points share are in files of their own, with a digest for a name.
    const named = inside.filter((path) => !/^dist\/\w+-[\w-]+\.d\.c?ts$/.test(path));
    const declared = types.filter((path) => existsSync(join(root, path))); // a build for tests alone has none
    expect(named.sort()).toEqual([...scripts, ...alone, ...declared, ...maps, 'dist/linnet.wasm'].sort());
  });

  test('has the core as a file', () => {
    const core = readFileSync(join(root, 'dist/linnet.wasm'));
    expect(core.equals(readFileSync(join(root, 'build/core.wasm')))).toBe(true);
  });

  test('has nothing to install but itself', () => {
    const { dependencies, peerDependencies, scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect([dependencies, peerDependencies]).toEqual([undefined, undefined]);
    expect(Object.keys(scripts).filter((name) => /install/.test(name))).toEqual([]);
  });

  test('satisfies publint', () => {
    expect(tool('publint/src/cli.js', tarball, '--strict')).toContain('All good!');
  });

  // linnet/wasm and linnet/worker are files to serve, not modules to import.
  test.skipIf(!existsSync(join(root, 'dist/index.d.ts')))('satisfies attw, from node16 resolution on', () => {
    const args = [tarball, '--profile', 'node16', '--exclude-entrypoints', 'wasm', 'worker', '--no-emoji'];
    const report = tool('@arethetypeswrong/cli/dist/index.js', ...args); // which fails where something is wrong
    for (const name of ['linnet', 'linnet/js', 'linnet/node']) expect(report).toContain(`"${name}"`);
  });
});
