// The API is documented, and examples in docstrings compile.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Application, Logger, LogLevel, TSConfigReader, TypeDocReader } from 'typedoc';
import { expect, test } from 'vitest';
import { check, examplesIn, modulesOf, root } from './support/docstrings';

const sources = new Map(
  readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .map((name) => `src/${name.replaceAll('\\', '/')}`)
    .filter((file) => file.endsWith('.ts') && !file.startsWith('src/generated/'))
    .sort()
    .map((file) => [file, readFileSync(join(root, file), 'utf8')]),
);
const examples = [...sources].flatMap(([file, text]) => examplesIn(file, text));

const wrong = `
/**
 * Not as its example says.
 *
 * @example
 * const layer = layers.dense({ units: 3 });
 * layer.unit;
 * @throws nothing
 */
export const one = 1;

export class Two {
  /** @example new Two().missing(three); */
  present() {}
}
`;

test('all examples are found', () => {
  expect(examples.length).toBeGreaterThanOrEqual(30);
  const written = [...sources].map(([file, text]) => [file, text.split('@example').length - 1]);
  const found = [...sources.keys()].map((file) => [file, examples.filter((example) => example.file === file).length]);
  expect(found).toEqual(written);
});

test('examples compile, and wrong ones would not', () => {
  const modules = modulesOf(sources);
  const errors = check([...examples, ...examplesIn('src/wrong.ts', wrong)], modules);
  expect(errors.filter((error) => !error.startsWith('src/wrong.ts'))).toEqual([]);
  expect(errors).toEqual([
    expect.stringMatching(/^src\/wrong\.ts:7: Property 'unit' does not exist on type 'Layer</),
    "src/wrong.ts:13: Cannot find name 'Two'.",
    "src/wrong.ts:13: Cannot find name 'three'.",
  ]);
});

test('every exported symbol is documented, and TypeDoc would say so if not', async () => {
  const settings = { options: join(root, 'typedoc.json'), tsconfig: join(root, 'tsconfig.json') };
  const app = await Application.bootstrap(settings, [new TypeDocReader(), new TSConfigReader()]);
  const warnings: string[] = [];
  app.logger = Object.assign(new Logger(), {
    log: (message: string, level: LogLevel) => {
      if (level >= LogLevel.Warn) warnings.push(message);
    },
  });
  const project = (await app.convert())!;
  app.validate(project);
  expect(warnings).toEqual([]);
  const rows = project.getChildByName('linnet.Matrix.rows')!;
  expect(rows.hasComment()).toBe(true);
  delete rows.comment;
  app.validate(project);
  expect(warnings).toEqual([expect.stringContaining('linnet.Matrix.rows (Property)')]);
});
