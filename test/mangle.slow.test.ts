// The bundle has short names for some properties: none that a user could meet.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { beforeAll, describe, expect, test } from 'vitest';
import { internal } from '../scripts/mangle.js';
import { schema } from '../src/plan/schema';
import { ensureBuilt } from './support/build';

const root = join(import.meta.dirname, '..');
const { options } = ts.parseJsonConfigFileContent(
  ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile).config,
  ts.sys,
  root,
);

/** Names of all properties that can be reached from what a module exports, but for private ones. */
function publicNames(file: string): Set<string> {
  const program = ts.createProgram([join(root, file)], options);
  const checker = program.getTypeChecker();
  const names = new Set<string>();
  const seen = new Set<ts.Type>();
  const ours = (symbol: ts.Symbol) => symbol.declarations?.[0]?.getSourceFile().fileName.startsWith(join(root, 'src'));
  // Not in the documentation: what models ask of layers, and loadModel of models.
  const hidden = ({ name }: ts.Symbol) => name.startsWith('#') || name === 'build' || name === 'internals';
  const visit = (type: ts.Type) => {
    if (seen.has(type)) return;
    seen.add(type);
    if (type.isUnionOrIntersection()) type.types.forEach(visit);
    for (const property of type.getProperties()) {
      if (!ours(property) || hidden(property)) continue;
      names.add(property.name);
      visit(checker.getTypeOfSymbol(property));
    }
    for (const signature of [...type.getCallSignatures(), ...type.getConstructSignatures()]) {
      visit(signature.getReturnType());
      for (const parameter of signature.getParameters()) visit(checker.getTypeOfSymbol(parameter));
    }
    const indexed = [type.getStringIndexType(), type.getNumberIndexType()];
    for (const one of indexed) if (one) visit(one);
  };
  const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(join(root, file))!)!);
  for (const symbol of exported) {
    const it = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    visit(checker.getDeclaredTypeOfSymbol(it));
    if (it.valueDeclaration) visit(checker.getTypeOfSymbol(it));
  }
  return names;
}

test.each([
  ['src/index.ts', ['forward', 'saveWeights', 'checksum', 'counters', 'learningRate']],
  ['src/node.ts', ['speedup']],
])('no name in the API of %s', (file, known) => {
  const names = publicNames(file);
  expect([...names]).toEqual(expect.arrayContaining(known));
  expect(internal.filter((name) => names.has(name))).toEqual([]);
});

test('no op, operand or number', () => {
  const names = Object.entries(schema).flatMap(([op, { operands, ints, constants }]) => [
    op,
    ...Object.keys(operands),
    ...ints,
    ...constants,
  ]);
  expect(names).toContain('softmaxCategoricalCrossentropy');
  expect(names).toContain('prediction');
  expect(internal.filter((name) => names.includes(name))).toEqual([]);
});

describe('models of the bundle', () => {
  beforeAll(ensureBuilt);

  /** Everything that a model tells about itself, in one object. */
  const program = `
    const model = sequential({ layers: [
      layers.flatten({ inputShape: [2, 3] }),
      layers.rescaling({ scale: 0.5 }),
      layers.dense({ units: 5, activation: 'gelu', kernelRegularizer: 'l2', name: 'first' }),
      layers.dropout({ rate: 0.25 }),
      layers.dense({ units: 3, activation: 'softmax' }),
    ], seed: 1 });
    model.compile({ optimizer: optimizers.rmsProp({ centered: true, momentum: 0.5, globalClipNorm: 1 }), loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
    const x = { data: Float32Array.from({ length: 60 }, (_, i) => i % 7), shape: [10, 2, 3] };
    const y = Int32Array.from({ length: 10 }, (_, i) => i % 3);
    const early = callbacks.earlyStopping({ monitor: 'loss', restoreBestWeights: true });
    const seen = [];
    const spy = { onTrainBegin: (training) => seen.push(Object.keys(training)), onEpochEnd: (epoch, logs) => seen.push(logs) };
    const history = await model.fit(x, y, { epochs: 3, batchSize: 4, validationSplit: 0.2, callbacks: [early, spy] });
    const network = new NeuralNetwork(2, 4, 1, { seed: 2 });
    network.train([[0, 0], [1, 1]], [[0], [1]], { epochs: 3 });
    const keys = (value) => [value.constructor?.name === 'Object', Object.keys(value)];
    const told = {
      backend: model.backend, seen, history, plan: model.plan(), summary: model.summary(), json: model,
      network: { plan: network.plan(), weights: [network.W1, network.b1, network.W2, network.b2] },
      kinds: [losses.huber({ delta: 2 }), optimizers.adamW(), regularizers.l1l2({ l1: 1, l2: 1 }), layers.dense({ units: 1 })].map(keys),
      loaded: loadModel(JSON.parse(JSON.stringify(model))).toJSON(),
    };
  `;
  const names = 'callbacks, layers, loadModel, losses, NeuralNetwork, optimizers, regularizers, sequential';

  test('have the short names', () => {
    const text = readFileSync(join(root, 'dist/index.js'), 'utf8');
    const long = [...text.matchAll(/[.?](\w+)/g)].flatMap(([, name]) => (internal.includes(name!) ? name : []));
    expect(long).toEqual([]);
    expect(text).toContain('.learningRate');
  });

  test('say the same as those of the sources', async () => {
    const args = ['--input-type=module', '--eval'];
    const bundled = (from: string) =>
      execFileSync(
        process.execPath,
        [...args, `import { ${names} } from '${from}';${program}console.log(JSON.stringify(told))`],
        {
          cwd: root,
          encoding: 'utf8',
        },
      );
    const sources = await import('../src/index');
    const run = new Function(`{ ${names} }`, `return (async () => {${program}return JSON.stringify(told)})()`);
    const told = await run(sources);
    const expected = JSON.parse(told);
    expect(expected.backend).toBe('wasm');
    expect(JSON.parse(bundled('linnet'))).toEqual(expected);
    expect(JSON.parse(bundled('linnet/js'))).toEqual({ ...expected, backend: 'js' });
  });
});
