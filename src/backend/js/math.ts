// The elementary functions, from + − × ÷ and exact scaling alone: engines differ in their Math.exp, Math.log, … The same
// algorithms, operation for operation, are in assembly/math.ts; their errors, measured over the whole range, are in
// test/math.slow.test.ts.
export { erf } from './erf';
export { exp, expm1, sigmoid, tanh } from './exp';
export { log, log1pUnit } from './log';
