import { minify as swc } from '@swc/core';

/**
 * Bundlers know that these have no side effects without being told. As long as before, so that source maps stay right.
 */
const withoutNotes = (code) =>
  code.replace(/\/\* @__PURE__ \*\/(?= (new (Map|Set)|Symbol)\b| \/)/g, (note) => ' '.repeat(note.length));

/**
 * 4 KB of gzip less than esbuild's minifier, 0.6 less than terser in a tenth of its time.
 * @param inline how much swc inlines.
 */
export const minify = (code, { module = true, inline = 2, mangle = { toplevel: true } } = {}) =>
  swc(withoutNotes(code), {
    ecma: 2020,
    module,
    compress: { passes: 3, toplevel: true, inline },
    mangle,
    format: { comments: { regex: 'webpackIgnore|@vite-ignore|__PURE__' } },
    sourceMap: true,
  });
