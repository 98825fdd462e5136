// Prints the gzip size of the bundles beside their budget. See bench/NOTES.md, "Size of the bundle".
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

for (const [file, note] of [
  ['index.js', 'budget: 45 KB'],
  ['js.js', 'budget: none yet'],
  ['files.js', 'loaded by either on first use of readCsv or readIdx'],
  ['relaxed.js', 'loaded by init when it is asked for relaxed numerics'],
  ['threads.js', 'loaded by index.js when a model asks for threads'],
]) {
  const bytes = gzipSync(readFileSync(new URL(`../dist/${file}`, import.meta.url)), { level: 9 }).length;
  console.log(`dist/${file}: ${(bytes / 1000).toFixed(1)} KB gzip (${note})`);
}
