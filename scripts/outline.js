// A compiler pass: what must stay a function of its own. Kernels stay out of run(): V8 compiles a function's optimised
// code only for its next call, and run() stays in the baseline tier for the whole first call, ten times slower, together
// with all that was inlined. The elementary functions, and how
// threads share, would be copied into a dozen kernels each.
import { Transform } from 'assemblyscript/transform';
import binaryen from 'binaryen';

export default class Outline extends Transform {
  afterCompile(module) {
    for (const functions of ['*assembly/kernels/*', '*assembly/math/*', '*assembly/team/*']) {
      binaryen.setPassArgument('no-inline', functions);
      module.runPasses(['no-inline']);
    }
  }
}
