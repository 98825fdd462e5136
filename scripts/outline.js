// A compiler pass: keeps kernels out of run(). V8 compiles a function's optimised code only for its next call, and
// run() stays in the baseline tier for the whole first call, ten times slower, together with all that was inlined.
import { Transform } from 'assemblyscript/transform';
import binaryen from 'binaryen';

export default class Outline extends Transform {
  afterCompile(module) {
    binaryen.setPassArgument('no-inline', '*assembly/kernels/*');
    module.runPasses(['no-inline']);
  }
}
