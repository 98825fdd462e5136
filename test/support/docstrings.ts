// Finds the examples in docstrings and compiles them, each as a module of its own.
import { join } from 'node:path';
import ts from 'typescript';

export const root = join(import.meta.dirname, '../..');

/** What examples take for granted, as a reader would: data, and the models that the text around them speaks of. */
const prelude: Readonly<Record<string, string>> = {
  X: 'number[][]',
  x: 'number[][]',
  y: 'number[][]',
  images: "import('linnet').IdxData",
  labels: "import('linnet').IdxData",
  testImages: "import('linnet').IdxData",
  testLabels: "import('linnet').IdxData",
  table: "import('linnet').Table",
  nn: "import('linnet').NeuralNetwork",
  model: "import('linnet').Sequential",
};

export interface Example {
  readonly file: string;
  /** Of `@example`, from 1. Line i of the code is at line + i. */
  readonly line: number;
  readonly code: string;
}

function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

const parse = (file: string, text: string) => ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);

/** Every `@example` of a source file. */
export function examplesIn(file: string, text: string): Example[] {
  const source = parse(file, text);
  const tags = new Set<ts.JSDocTag>();
  walk(source, (node) => {
    for (const doc of ts.getJSDocCommentsAndTags(node)) {
      const own = ts.isJSDoc(doc) ? (doc.tags ?? []) : [doc];
      for (const tag of own) if (tag.tagName.text === 'example') tags.add(tag);
    }
  });
  return [...tags].map((tag) => {
    const start = tag.getStart(source);
    const raw = text.slice(start, tag.end).replace('@example', '').replace(/\*\/$/, '');
    const code = raw.replace(/^[^\S\n]*\* ?/gm, '');
    return { file, line: source.getLineAndCharacterOfPosition(start).line + 1, code };
  });
}

/** Names that code uses, or might, and does not declare. */
function freeNames(code: string): string[] {
  const used = new Set<string>();
  const declared = new Set<string>();
  walk(parse('example.ts', code), (node) => {
    if (!ts.isIdentifier(node)) return;
    const { parent } = node;
    const declares =
      (ts.isBindingElement(parent) || ts.isVariableDeclaration(parent) || ts.isImportSpecifier(parent)) &&
      parent.name === node;
    const isMember = ts.isPropertyAccessExpression(parent) && parent.name === node;
    if (declares) declared.add(node.text);
    else if (!isMember) used.add(node.text);
  });
  return [...used].filter((name) => !declared.has(name));
}

const { options } = ts.parseJsonConfigFileContent(
  ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile).config,
  ts.sys,
  root,
);
const settings: ts.CompilerOptions = {
  ...options,
  noUnusedLocals: false,
  noUnusedParameters: false,
  verbatimModuleSyntax: false, // so that types can be imported as all else
  isolatedModules: false,
  paths: { linnet: [join(root, 'src/index.ts')], 'linnet/node': [join(root, 'src/node.ts')] },
};

/** Names that a module exports, those of `export *` not among them. */
function exportsIn(source: ts.SourceFile): string[] {
  return source.statements.flatMap((statement) => {
    if (ts.isExportDeclaration(statement)) {
      const clause = statement.exportClause;
      return clause && ts.isNamedExports(clause) ? clause.elements.map(({ name }) => name.text) : [];
    }
    const isExported =
      ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    if (!isExported) return [];
    if (ts.isVariableStatement(statement))
      return statement.declarationList.declarations.map(({ name }) => name.getText());
    return ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement) ? [statement.name!.text] : [];
  });
}

/** Where each name comes from: the library, or, for examples of internal functions, the module that exports it. */
export function modulesOf(sources: ReadonlyMap<string, string>): Map<string, string> {
  const modules = new Map<string, string>();
  const entries: Readonly<Record<string, string>> = { 'src/api.ts': 'linnet', 'src/node.ts': 'linnet/node' };
  for (const file of [...Object.keys(entries), ...sources.keys()]) {
    const from = entries[file] ?? join(root, file.slice(0, -3));
    for (const name of exportsIn(parse(file, sources.get(file)!))) if (!modules.has(name)) modules.set(name, from);
  }
  return modules;
}

/** Compiles examples; returns what is wrong with them, with file and line. */
export function check(examples: readonly Example[], modules: ReadonlyMap<string, string>): string[] {
  const virtual = new Map(
    examples.map((example) => {
      const head = freeNames(example.code).map((name) => {
        if (name in prelude) return `declare const ${name}: ${prelude[name]};`;
        return modules.has(name) ? `import { ${name} } from '${modules.get(name)}';` : '';
      });
      // All on the first line, where the tag stands: the code keeps its lines.
      const path = join(root, `${example.file.slice(0, -3)}.example-${example.line}.ts`);
      return [path, { example, text: `export {}; ${head.join(' ')} ${example.code}` }];
    }),
  );
  const host = ts.createCompilerHost(settings);
  const { fileExists, readFile } = host;
  host.fileExists = (path) => virtual.has(path) || fileExists(path);
  host.readFile = (path) => virtual.get(path)?.text ?? readFile(path);
  const program = ts.createProgram([...virtual.keys()], settings, host);
  return [...virtual].flatMap(([path, { example }]) => {
    const source = program.getSourceFile(path)!;
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map((found) => {
      const { line } = source.getLineAndCharacterOfPosition(found.start ?? 0);
      return `${example.file}:${example.line + line}: ${ts.flattenDiagnosticMessageText(found.messageText, '\n')}`;
    });
  });
}
