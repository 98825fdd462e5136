// In which order functions stand in the core and in the bundle, for the sake of gzip: written by scripts/tune.js.
export const core = `
  index/run kernels/activation/leakyRelu kernels/activation/eluBackward kernels/activation/softplus
  kernels/activation/tanhBackward kernels/activation/gelu kernels/activation/sigmoidBackward
  kernels/activation/geluTanh kernels/activation/geluBackward kernels/activation/geluTanhBackward
  kernels/crossentropy/logOf kernels/activation/leakyReluBackward kernels/dropout/dropoutBackward
  kernels/activation/softplusBackward kernels/activation/swish kernels/activation/swishBackward kernels/dropout/dropout
  math/exp/tanh kernels/activation/tanh kernels/rescale/rescale kernels/activation/elu
  kernels/fused/softmaxCategoricalCrossentropy kernels/crossentropy/categoricalCrossentropy
  kernels/softmax/softmaxBackward kernels/sparse/matmulBackwardWeightsSparse kernels/crossentropy/sumRow
  kernels/crossentropy/binaryCrossentropy kernels/crossentropy/sparseCategoricalCrossentropy
  kernels/fused/sigmoidBinaryCrossentropy kernels/fused/softmaxSparseCategoricalCrossentropy
  kernels/matmul/matmulBackwardWeights kernels/matmul/matmul kernels/gradient/block kernels/rescale/rescaleBackward
  kernels/gradient/flushDelta kernels/gradient/clipValue kernels/gradient/guard kernels/loss/huber
  kernels/softmax/expRow kernels/gradient/penalty kernels/softmax/maxRow kernels/gradient/clipNorm
  kernels/matmul/columnSums kernels/gradient/squaredNorm kernels/optimizer/sgd kernels/activation/reluBackward
  math/log/log1pUnit math/exp/exp math/log/logNormal kernels/loss/meanSquaredError kernels/activation/sigmoid
  math/erf/erf kernels/crossentropy/column kernels/metric/largest kernels/metric/binaryAccuracy
  kernels/loss/meanAbsoluteError kernels/activation/relu kernels/gradient/total kernels/softmax/softmax
  kernels/matmul/matmulBackwardInput kernels/sparse/transpose kernels/sparse/shared kernels/matmul/addBias
  kernels/matmul/product kernels/gradient/regularize kernels/sparse/product kernels/matmul/transpose
  kernels/matmul/untranspose kernels/metric/categoricalAccuracy kernels/metric/sparseCategoricalAccuracy
  kernels/optimizer/rmsProp kernels/sparse/matmulSparse kernels/optimizer/momentum kernels/optimizer/adam
  kernels/optimizer/flushState kernels/optimizer/adagrad kernels/optimizer/decay math/exp/sigmoid
`
  .trim()
  .split(/\s+/);

export const bundle = `
  known normal truncatedNormal fail settings WasmMemory twoTo dtypes ratio normalQuantile viewsOf coreBytes seedWords
  align eachRun writeEntries toBase64 oneOf createWasmBackend Slot SlotMemory mostThreads unsupported classes
  NonFiniteError parseOptions selectBackend describe compileCore plain describeKind floatArrays instantiate
  parseRegularizer shuffle failKind indexOf runtime coefficients inRange update finiteNumber integer checkOptions
  failShape positiveInteger makeError createJsBackend threefry2x32 uniform failExpected leadingFactors advice option
  modelChecks initializers factories activations failWanted make number activationOption word make2 probability orElse
  numbers activationStages DELTA_THRESHOLD heading common2 crossentropy names3 optimizerStates elements forward dense
  checksum overlap freeName parseInitializer checkSize makeLayer batchOf pad pick recognise checkSameRows
  buildArchitecture layerOf operandsOf show copyValues entryWords unknownName printPlan means numbersIn drain
  passSlices decimalsOf fitSlices failNonFinite checks2 row alignColumns Matrix summarize boolean segmentRange number3
  sequentialChecks toRows fill resolve shapeOf historyOf emitLoss prepareWeight sizeOf2 outline fromBase64 expectSame
  loadModel checks3 NeuralNetwork evaluateSlices readCsv readIdx sequential init
`
  .trim()
  .split(/\s+/);
