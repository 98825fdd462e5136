// How the sources hang together: which way imports go, which functions numbers may pass through, how long files get.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

/** TypeScript files below a folder, as paths from the root with forward slashes. */
const filesIn = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('core.ts')) // the compiled core, as text
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .sort();

const parse = (name: string, text: string) => ts.createSourceFile(name, text, ts.ScriptTarget.ES2022, true);

function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

/** What a file imports or exports from, types included. */
function importsOf(source: ts.SourceFile): string[] {
  const found: string[] = [];
  walk(source, (node) => {
    const from =
      ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
        ? node.moduleSpecifier
        : ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
          ? node.arguments[0]
          : ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)
            ? node.argument.literal
            : undefined;
    if (from && ts.isStringLiteral(from)) found.push(from.text);
  });
  return found;
}

/** Members of Math, and the operator **, in a file; `Math` itself where it is not followed by a member. */
function mathIn(source: ts.SourceFile): string[] {
  const found: string[] = [];
  walk(source, (node) => {
    if (node.kind === ts.SyntaxKind.AsteriskAsteriskToken) found.push('**');
    if (node.kind === ts.SyntaxKind.AsteriskAsteriskEqualsToken) found.push('**=');
    if (!ts.isIdentifier(node) || !/^(Math|Mathf|NativeMath|NativeMathf)$/.test(node.text)) return;
    const { parent } = node;
    const member = ts.isPropertyAccessExpression(parent) && parent.expression === node;
    found.push(member ? `${node.text}.${parent.name.text}` : node.text);
  });
  return found;
}

const sources = new Map(
  [...filesIn('src'), ...filesIn('assembly')].map((file) => [
    file,
    parse(file, readFileSync(join(root, file), 'utf8')),
  ]),
);
const written = [...sources.keys()].filter((file) => !file.startsWith('src/generated/'));

/** The file that a relative import means; undefined for packages. */
function resolve(file: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const base = relative(root, join(root, dirname(file), specifier)).replaceAll('\\', '/');
  if (/^src\/generated\/((threads|relaxed)-)?core$/.test(base)) return `${base}.ts`;
  const found = [`${base}.ts`, `${base}/index.ts`].find((name) => sources.has(name));
  if (!found) throw new Error(`${file} imports ${specifier}, which is not in src/ or assembly/`);
  return found;
}

const dependencies = new Map(
  [...sources].map(([file, source]) => [file, importsOf(source).map((from) => resolve(file, from) ?? from)]),
);

/** Everything that a file needs, itself included, not going beyond files that `ends` picks. */
function reach(file: string, ends: (file: string) => boolean, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  if (!ends(file)) for (const next of dependencies.get(file) ?? []) reach(next, ends, seen);
  return seen;
}

/** What `from` reaches and must not. */
function forbidden(from: RegExp, allowed: RegExp, ends: (file: string) => boolean = () => false): string[] {
  const files = written.filter((file) => from.test(file));
  expect(files.length).toBeGreaterThan(0);
  return files.flatMap((file) =>
    [...reach(file, ends)].filter((found) => !allowed.test(found)).map((found) => `${file} → ${found}`),
  );
}

/** Functions of numbers that both the library and its backends need: no backend, though one of them owns the text. */
const twins = /^src\/generated\/kernels\.ts$/;

describe('imports go one way', () => {
  test('plans know nothing but plans and the opcodes', () => {
    expect(forbidden(/^src\/plan\//, /^(src\/plan\/.*|assembly\/opcodes)\.ts$/)).toEqual([]);
  });

  test('layers, and all they need, know no backend', () => {
    const ends = (file: string) => twins.test(file);
    const backend = /^(?!src\/backend\/|src\/generated\/)/;
    const allowed = new RegExp(`${backend.source}|${twins.source}`);
    expect(forbidden(/^src\/layers\//, allowed, ends)).toEqual([]);
    expect(
      forbidden(/^src\/(losses|metrics|optimizers|compile|callbacks|matrix|formats\/.*)\.ts$/, allowed, ends),
    ).toEqual([]);
  });

  test('only three files take functions of numbers from a backend', () => {
    const outside = written.filter((file) => !/^src\/backend\//.test(file));
    const users = outside.filter((file) => dependencies.get(file)!.some((from) => twins.test(from)));
    expect(users).toEqual(['src/network.ts', 'src/normal.ts', 'src/random.ts']);
  });

  test('backends know plans, not models', () => {
    const allowed = /^(src\/((backend|plan|generated)\/.*|builtin)|assembly\/opcodes)\.ts$/;
    expect(forbidden(/^src\/backend\//, allowed)).toEqual([]);
  });

  test('the core knows nothing of the library', () => {
    expect(forbidden(/^assembly\//, /^assembly\//)).toEqual([]);
  });

  test('the library knows of the core its opcodes, and nothing of tests, benches, examples or packages', () => {
    const found = written
      .filter((file) => file.startsWith('src/'))
      .flatMap((file) => dependencies.get(file)!.map((from) => [file, from] as const))
      .filter(([, from]) => !/^src\/|^assembly\/opcodes\.ts$/.test(from));
    // One file reads from disk, where there is one.
    expect(found.filter(([file, from]) => file !== 'src/formats/source.ts' || !from.startsWith('node:'))).toEqual([]);
  });

  /** Bundles without WebAssembly have nothing here: tsup.config.ts. */
  const atOffer = (file: string) => file === 'src/backend/offer.ts';

  test('the build without WebAssembly has none', () => {
    const all = reach('src/js.ts', atOffer);
    expect(all.has('src/backend/js/run.ts')).toBe(true);
    expect(all.has('src/backend/wasm.ts')).toBe(false);
    expect(all.has('src/generated/core.ts')).toBe(false);
    expect(reach('src/index.ts', () => false).has('src/generated/core.ts')).toBe(true);
  });

  test('what only threads need is imported by the full build alone, and only on demand', () => {
    const chunk = [
      'src/backend/crew.ts',
      'src/backend/worker.ts',
      'src/plan/share.ts',
      'src/generated/threads-core.ts',
    ];
    const reached = (entry: string, ends: (file: string) => boolean) =>
      chunk.filter((file) => reach(entry, ends).has(file));
    expect(reached('src/index.ts', () => false)).toEqual(chunk);
    expect([...reached('src/js.ts', atOffer), ...reached('src/node.ts', atOffer)]).toEqual([]);
    const [first] = chunk;
    const users = written.filter((file) => dependencies.get(file)!.includes(first!));
    expect(users).toEqual(['src/backend/threads.ts']);
    const { text } = sources.get('src/backend/threads.ts')!;
    expect(text.match(/^import (?!type).*crew'|import\('\.\/crew'\)/gm)).toEqual(["import('./crew')"]);
  });
});

describe('numbers', () => {
  /** Exact by specification, or constants. */
  const exact = /^Math\.(abs|ceil|floor|fround|imul|max|min|sqrt|trunc|LOG2E|SQRT1_2|SQRT2|LN2)$/;
  /** Not on a numeric path: how full the progress bar is. */
  const shown = new Map([['src/progress.ts', 'Math.round']]);

  test('never pass through functions that engines are free to compute as they like', () => {
    const found = written.flatMap((file) =>
      mathIn(sources.get(file)!)
        .filter((name) => !exact.test(name) && shown.get(file) !== name)
        .map((name) => `${file}: ${name}`),
    );
    expect(found).toEqual([]);
  });

  test('are not touched by Math in the core: its functions carry tables, which are data segments', () => {
    const found = written.filter((file) => file.startsWith('assembly/') && mathIn(sources.get(file)!).length > 0);
    expect(found).toEqual([]);
  });

  test('are never fused', () => {
    const found = written.filter((file) => /\brelaxed_/.test(sources.get(file)!.text));
    expect(found).toEqual(['assembly/simd.ts']); // in the relaxed core: wasm-module.test.ts finds none in the others
  });

  test('in kernels are rounded by Math.fround in full, which scripts/generate.js needs', () => {
    const kernels = written.filter((file) => file.startsWith('src/backend/js/'));
    expect(kernels.length).toBeGreaterThan(10);
    const found = kernels.filter((file) =>
      /Math\.fround(?!\()/.test(sources.get(file)!.text.replace(/\/\*[\s\S]*?\*\//g, '')),
    );
    expect(found).toEqual([]);
  });
});

test('no source file is longer than 400 lines', () => {
  const long = written.map((file) => [file, sources.get(file)!.text.split('\n').length - 1] as const);
  expect(long.filter(([, lines]) => lines > 400)).toEqual([]);
  expect(long.length).toBeGreaterThan(80);
});

test('these checks see what they look for', () => {
  const source = parse(
    'sample.ts',
    `import type { A } from './a'; export * from './b'; const c = await import('./c'); let d: import('./d').D;
    // Math.exp, **, './e'
    const text = 'Math.exp ** ' + \`\${Math.log(2)}\`; x **= 2; y = x ** 2; const { exp } = Math; f(Math.random, Mathf.sin(1));`,
  );
  expect(importsOf(source)).toEqual(['./a', './b', './c', './d']);
  expect(mathIn(source)).toEqual(['Math.log', '**=', '**', 'Math', 'Math.random', 'Mathf.sin']);
  expect([...reach('src/layers/dense.ts', () => false)]).toContain('src/generated/kernels.ts');
  expect(forbidden(/^src\/engine\.ts$/, /^src\/(?!backend\/)/)).toContain('src/engine.ts → src/backend/select.ts');
  expect(() => resolve('src/engine.ts', '../test/structure.test')).toThrow('not in src/ or assembly/');
});
