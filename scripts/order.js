// In which order functions stand in the core and in the bundle, for the sake of gzip: written by scripts/tune.js.
export const core = `
  index/run kernels/activation/leakyRelu kernels/activation/eluBackward kernels/activation/leakyReluBackward
  kernels/activation/softplus kernels/activation/gelu kernels/activation/geluTanh kernels/activation/geluBackward
  kernels/activation/geluTanhBackward kernels/activation/swishBackward kernels/activation/swish
  kernels/activation/sigmoidBackward kernels/dropout/dropoutBackward kernels/activation/tanhBackward
  kernels/activation/softplusBackward kernels/rescale/rescale kernels/activation/elu math/erf/erf
  kernels/gather/gatherLists math/exp/tanh kernels/sparse/matmulBackwardWeightsSparse kernels/dropout/dropout
  kernels/activation/tanh kernels/fused/softmaxCategoricalCrossentropy kernels/crossentropy/categoricalCrossentropy
  kernels/softmax/softmaxBackward math/log/log1pUnit kernels/crossentropy/sumRow
  kernels/crossentropy/binaryCrossentropy kernels/loss/huber kernels/crossentropy/sparseCategoricalCrossentropy
  kernels/gradient/penalty kernels/fused/sigmoidBinaryCrossentropy kernels/fused/softmaxSparseCategoricalCrossentropy
  kernels/matmul/matmulBackwardWeights kernels/matmul/matmul kernels/gradient/block kernels/rescale/rescaleBackward
  kernels/gradient/flushDelta kernels/gradient/clipValue kernels/softmax/expRow kernels/softmax/maxRow
  kernels/gradient/clipNorm kernels/optimizer/sgd kernels/crossentropy/logOf kernels/activation/reluBackward
  kernels/gradient/guard kernels/activation/relu math/exp/exp math/log/logNormal kernels/loss/meanSquaredError
  kernels/activation/sigmoid kernels/loss/meanAbsoluteError kernels/crossentropy/column kernels/metric/largest
  kernels/metric/binaryAccuracy kernels/matmul/addBias kernels/gather/gather kernels/softmax/softmax
  kernels/matmul/columnSums kernels/matmul/matmulBackwardInput kernels/gradient/total kernels/sparse/shared
  kernels/matmul/product kernels/gradient/regularize kernels/sparse/product kernels/gradient/squaredNorm
  kernels/metric/categoricalAccuracy math/exp/sigmoid kernels/sparse/transpose kernels/matmul/transpose
  kernels/matmul/untranspose kernels/metric/sparseCategoricalAccuracy kernels/optimizer/rmsProp
  kernels/optimizer/adagrad kernels/optimizer/momentum kernels/optimizer/adam kernels/optimizer/flushState
  kernels/optimizer/decay kernels/sparse/matmulSparse
`
  .trim()
  .split(/\s+/);

export const bundle = `
  known viewsOf settings twoTo dtypes ratio align pad normalQuantile truncatedNormal coreBytes writeEntries makeError
  toBase64 createWasmBackend fail Slot compileCore plain oneOf failKind floatArrays shuffle parseOptions describe
  eachRun indexOf parseRegularizer positiveInteger finiteNumber uniform probability threefry2x32 seedWords coefficients
  freeName update runtime checkOptions failShape failExpected inRange integer advice describeKind numbers instantiate
  createJsBackend word option make elements activationOption activationStages DELTA_THRESHOLD forward optimizerStates
  factories checksum overlap makeLayer stage unknownName failWanted number parseInitializer checkSize copyValues normal
  resolve batchOf pick fromBase64 expectSame recognise checkSameRows selectBackend printPlan operandsOf show
  leadingFactors dense bitsOf decimalsOf means failNonFinite alignColumns init drain fill boolean segmentRange checks2
  summarize buildArchitecture row layerOf number3 toRows shapeOf loadModel prepareWeight emitLoss outline sizeOf2
  passSlices checks3 sequential readIdx readCsv evaluateSlices fitSlices
`
  .trim()
  .split(/\s+/);
