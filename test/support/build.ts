import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

const modified = (path: string) => (existsSync(path) ? statSync(path).mtimeMs : 0);

/**
 * Bundles src/ into dist/ if there is no bundle or a source is newer, for tests of what users import. Nothing is deleted
 * on the way, since other tests may be reading it. src/generated must be there: `npm test` sees to that.
 */
export function ensureBuilt(): void {
  const built = modified(join(root, 'dist/index.js'));
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).map((name) => `src/${name}`);
  const newest = Math.max(
    ...[...sources, 'tsup.config.ts', 'scripts/mangle.js'].map((name) => modified(join(root, name))),
  );
  if (built > newest) return;
  const tsup = join(root, 'node_modules/tsup/dist/cli-default.js');
  execFileSync(process.execPath, [tsup, '--no-clean', '--no-dts'], { cwd: root, stdio: 'ignore' });
}
