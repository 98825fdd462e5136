// What the documents say about files: links lead somewhere, and the code they quote is the code.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const documents = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', 'examples/README.md'];

/** Targets of links and pictures that are paths. */
const links = (text: string) =>
  [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!).filter((target) => !/^(https?:|#)/.test(target));

describe.each(documents)('%s', (document) => {
  it('links to files that exist', () => {
    const missing = links(read(document)).filter((target) => {
      return !existsSync(join(root, dirname(document), target.split('#')[0]!));
    });
    expect(missing).toEqual([]);
  });

  it('names npm scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...read(document).matchAll(/npm run ([\w-]+)/g)].map(([, name]) => name!);
    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });
});

describe('CONTRIBUTING.md', () => {
  const text = read('CONTRIBUTING.md');

  it('quotes the tree as it is', () => {
    const blocks = text.split('```ts\n').slice(1);
    expect(blocks).toHaveLength(7);
    const before = text.split('```ts\n');
    blocks.forEach((block, i) => {
      const code = block.slice(0, block.indexOf('```'));
      const file = links(before.slice(0, i + 1).join('')).at(-1)!;
      expect(read(file), file).toContain(code);
    });
  });

  it('lists folders and files that exist', () => {
    const tree = /```\n(assembly\/ [\s\S]+?)```/.exec(text)![1]!;
    let folder = '';
    const paths = tree.split('\n').flatMap((line) => {
      const names = /^ *((?:[\w-]+(?:\/|\.ts) ?)*)/.exec(line)![1]!.split(' ').filter(Boolean); // two spaces, then prose
      if (line.startsWith(' ')) return names.map((name) => folder + name);
      folder = names[0] ?? '';
      return names;
    });
    expect(paths).toContain('src/plan/');
    expect(paths).toContain('assembly/math.ts');
    expect(paths.filter((path) => path !== 'src/generated/' && !existsSync(join(root, path)))).toEqual([]);
  });
});
