// In which order functions stand in the core and in the bundle, for the sake of gzip: written by scripts/tune.js.
export const core = `
  index/run kernels/activation/leakyRelu kernels/activation/eluBackward kernels/activation/leakyReluBackward
  kernels/activation/softplus kernels/activation/gelu kernels/activation/geluTanh kernels/activation/geluBackward
  kernels/activation/geluTanhBackward kernels/activation/swishBackward kernels/activation/softplusBackward
  kernels/activation/swish kernels/activation/sigmoidBackward kernels/activation/tanhBackward
  kernels/dropout/dropoutBackward kernels/rescale/rescale kernels/activation/elu math/erf/erf math/exp/tanh
  kernels/dropout/dropout kernels/activation/tanh kernels/fused/softmaxCategoricalCrossentropy
  kernels/crossentropy/categoricalCrossentropy kernels/softmax/softmaxBackward
  kernels/sparse/matmulBackwardWeightsSparse kernels/crossentropy/sumRow kernels/crossentropy/binaryCrossentropy
  kernels/crossentropy/sparseCategoricalCrossentropy kernels/gradient/penalty kernels/fused/sigmoidBinaryCrossentropy
  kernels/fused/softmaxSparseCategoricalCrossentropy kernels/matmul/matmulBackwardWeights kernels/matmul/matmul
  kernels/gradient/block kernels/rescale/rescaleBackward kernels/gradient/flushDelta kernels/gradient/clipValue
  kernels/loss/huber kernels/gather/gatherLists kernels/softmax/expRow kernels/softmax/maxRow kernels/gradient/clipNorm
  kernels/matmul/columnSums kernels/optimizer/sgd kernels/gather/gather kernels/activation/reluBackward
  kernels/gradient/guard kernels/gradient/squaredNorm math/log/log1pUnit math/exp/exp math/log/logNormal
  kernels/loss/meanSquaredError kernels/activation/sigmoid kernels/crossentropy/logOf kernels/crossentropy/column
  kernels/metric/largest kernels/metric/binaryAccuracy kernels/loss/meanAbsoluteError kernels/activation/relu
  kernels/gradient/total kernels/matmul/addBias kernels/softmax/softmax kernels/matmul/matmulBackwardInput
  kernels/sparse/matmulSparse kernels/sparse/shared kernels/matmul/product kernels/gradient/regularize
  kernels/sparse/product kernels/matmul/transpose kernels/matmul/untranspose kernels/metric/categoricalAccuracy
  math/exp/sigmoid kernels/sparse/transpose kernels/metric/sparseCategoricalAccuracy kernels/optimizer/rmsProp
  kernels/optimizer/adagrad kernels/optimizer/momentum kernels/optimizer/adam kernels/optimizer/flushState
  kernels/optimizer/decay
`
  .trim()
  .split(/\s+/);

export const bundle = `
  known viewsOf settings twoTo dtypes normalQuantile pad truncatedNormal ratio align normal coreBytes writeEntries
  makeError createWasmBackend fail toBase64 eachRun Slot selectBackend plain indexOf oneOf failKind floatArrays shuffle
  parseOptions describe parseRegularizer describeKind runtime compileCore threefry2x32 seedWords word uniform
  coefficients inRange finiteNumber integer positiveInteger freeName update checkOptions failShape failExpected advice
  probability instantiate createJsBackend numbers elements option make activationOption activationStages
  DELTA_THRESHOLD optimizerStates forward factories checksum overlap unknownName failWanted number parseInitializer
  copyValues checkSize pick batchOf expectSame fromBase64 recognise checkSameRows makeLayer stage leadingFactors
  layerOf show operandsOf printPlan dense bitsOf means emitLoss alignColumns decimalsOf drain fill boolean segmentRange
  row init checks2 summarize buildArchitecture resolve number3 toRows shapeOf loadModel sizeOf2 outline sequential
  prepareWeight passSlices evaluateSlices failNonFinite checks3 readIdx readCsv fitSlices
`
  .trim()
  .split(/\s+/);
