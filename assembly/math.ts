// The elementary functions, lane by lane and without branches, from + − × ÷ and exact scaling alone: engines differ in
// theirs. The same algorithms, operation for operation, are in src/backend/js/math.ts; their errors, measured over the
// whole range, are in test/math.slow.test.ts.
export { erf } from './math/erf';
export { exp, expm1, sigmoid, tanh } from './math/exp';
export { log, log1p } from './math/log';
