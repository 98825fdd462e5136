import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Compiles AssemblyScript given as text, in memory, with the options of asconfig.json; it stands in the root folder and
 * imports from './assembly/…'.
 */
export async function compileAssembly(source: string): Promise<WebAssembly.Module> {
  const { options } = JSON.parse(await readFile(join(root, 'asconfig.json'), 'utf8'));
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main(['entry.ts', '--outFile', 'entry.wasm', '--config', 'config.json'], {
    readFile: async (name) => {
      if (name === 'entry.ts') return source;
      if (name === 'config.json') return JSON.stringify({ options });
      return readFile(join(root, name), 'utf8').catch(() => null);
    },
    writeFile: (_name, contents) => {
      if (typeof contents !== 'string') binary = contents;
    },
    listFiles: () => [],
  });
  if (error || !binary) throw new Error(`AssemblyScript: ${error?.message}\n${stderr}`);
  return new WebAssembly.Module(binary as Uint8Array<ArrayBuffer>);
}
