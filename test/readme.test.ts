import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';
import { describe, expect, test } from 'vitest';
import * as linnet from '../src/index';
import * as node from '../src/node';

const root = join(import.meta.dirname, '..');
const mnist = join(root, '../shared/data/mnist-10k');

interface Snippet {
  readonly title: string;
  readonly code: string;
  readonly output: string | undefined;
  /** What the comment before it says. */
  readonly special: string | undefined;
}

/** Every js block, with the block of output that follows it directly. */
function snippets(markdown: string): Snippet[] {
  const blocks = [
    ...markdown.matchAll(/(?:<!-- test: (\w+) -->\n)?```js\n([\s\S]*?)```\n(?:\n```\n([\s\S]*?)```\n)?/g),
  ];
  return blocks.map(([, special, code, output], i) => ({
    title: `snippet ${i + 1}: ${code!.split('\n').find((line) => line.includes('new ') || line.includes('= '))}`,
    code: code!,
    output,
    special,
  }));
}

/** Runs a snippet with `import … from 'linnet'` and `'linnet/node'` bound to the sources; returns what it printed. */
async function run(code: string): Promise<string> {
  const lines: string[] = [];
  const body = code
    .replace(/import \{([^}]*)\} from 'linnet';/g, 'const {$1} = linnet;')
    .replace(/import \{([^}]*)\} from 'linnet\/node';/g, 'const {$1} = node;');
  expect(body).not.toContain('import ');
  const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor as new (
    ...args: string[]
  ) => (...args: unknown[]) => Promise<void>;
  const log = (...values: unknown[]) => lines.push(format(...values));
  await new AsyncFunction('linnet', 'node', 'console', body)(linnet, node, { log });
  return lines.map((line) => `${line}\n`).join('');
}

const all = snippets(readFileSync(join(root, 'README.md'), 'utf8'));

describe('README', () => {
  test('has snippets', () => expect(all.length).toBeGreaterThanOrEqual(7));

  test.each(all.filter(({ special }) => !special))('$title', async ({ code, output }) => {
    const printed = await run(code.replaceAll("'examples/", `'${root}/examples/`));
    expect(output, 'the snippet has no block of output after it').toBeDefined();
    expect(printed).toBe(output);
  });

  const have = existsSync(mnist);
  test.skipIf(!have)(`the MNIST snippet${have ? '' : ' (skipped: no MNIST files beside the repository)'}`, async () => {
    const { code } = all.find(({ special }) => special === 'mnist')!;
    const quiet = code.replace(', verbose: 1', '').replaceAll("'t10k-", `'${mnist}/t10k-`);
    const printed = await run(quiet);
    const last = Number(/([\d.]+)\s*\]/.exec(printed)?.[1]);
    expect(last).toBeGreaterThan(0.9);
  });

  test('what enableRevectorize prints', async () => {
    const { code, output } = all.find(({ special }) => special === 'revectorize')!;
    const form = /^\{\s*enabled: (true|false),\s*reason: ['"].*['"](,\s*speedup: (\d\.\d+|undefined))?\s*\}\n$/;
    expect(output).toMatch(form);
    expect(await run(code)).toMatch(form);
  });
});
