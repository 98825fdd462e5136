// Prints the gzip size of the bundles beside their budget. See bench/NOTES.md, "Size of the bundle".
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

for (const [file, budget] of [
  ['index.js', '45 KB'],
  ['js.js', 'none yet'],
]) {
  const bytes = gzipSync(readFileSync(new URL(`../dist/${file}`, import.meta.url)), { level: 9 }).length;
  console.log(`dist/${file}: ${(bytes / 1000).toFixed(1)} KB gzip (budget: ${budget})`);
}
