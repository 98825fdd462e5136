// In which order functions stand in the core and in the bundle, for the sake of gzip: written by scripts/tune.js.
export const core = `
  index/run kernels/activation/leakyRelu kernels/activation/eluBackward kernels/activation/leakyReluBackward
  kernels/activation/softplus kernels/activation/gelu kernels/activation/geluTanh kernels/activation/geluBackward
  kernels/activation/geluTanhBackward kernels/activation/swishBackward kernels/activation/swish
  kernels/activation/sigmoidBackward kernels/dropout/dropoutBackward kernels/activation/tanhBackward
  kernels/activation/softplusBackward kernels/rescale/rescale kernels/activation/elu math/erf/erf math/exp/tanh
  kernels/gather/gather kernels/sparse/matmulBackwardWeightsSparse kernels/dropout/dropout kernels/activation/tanh
  kernels/fused/softmaxCategoricalCrossentropy kernels/crossentropy/categoricalCrossentropy
  kernels/softmax/softmaxBackward math/log/log1pUnit kernels/crossentropy/sumRow
  kernels/crossentropy/binaryCrossentropy kernels/gather/gatherLists kernels/loss/huber
  kernels/crossentropy/sparseCategoricalCrossentropy kernels/gradient/penalty kernels/fused/sigmoidBinaryCrossentropy
  kernels/fused/softmaxSparseCategoricalCrossentropy kernels/matmul/matmulBackwardWeights kernels/matmul/matmul
  kernels/gradient/block kernels/rescale/rescaleBackward kernels/gradient/flushDelta kernels/gradient/clipValue
  kernels/softmax/expRow kernels/softmax/maxRow kernels/gradient/clipNorm kernels/optimizer/sgd
  kernels/crossentropy/logOf kernels/activation/reluBackward kernels/gradient/guard kernels/activation/relu
  math/exp/exp math/log/logNormal kernels/loss/meanSquaredError kernels/activation/sigmoid
  kernels/loss/meanAbsoluteError kernels/crossentropy/column kernels/metric/largest kernels/metric/binaryAccuracy
  kernels/matmul/addBias kernels/softmax/softmax kernels/matmul/columnSums kernels/matmul/matmulBackwardInput
  kernels/gradient/total kernels/sparse/shared kernels/matmul/product kernels/gradient/regularize
  kernels/sparse/product kernels/gradient/squaredNorm kernels/metric/categoricalAccuracy math/exp/sigmoid
  kernels/sparse/transpose kernels/matmul/transpose kernels/matmul/untranspose kernels/metric/sparseCategoricalAccuracy
  kernels/sparse/matmulSparse kernels/optimizer/rmsProp kernels/optimizer/adagrad kernels/optimizer/momentum
  kernels/optimizer/adam kernels/optimizer/flushState kernels/optimizer/decay
`
  .trim()
  .split(/\s+/);

export const bundle = `
  known viewsOf sequential settings twoTo dtypes ratio align pad normalQuantile truncatedNormal coreBytes
  createWasmBackend writeEntries toBase64 makeError fail Slot normal compileCore failKind plain oneOf finiteNumber
  floatArrays shuffle parseOptions describe indexOf threefry2x32 parseRegularizer uniform probability seedWords
  coefficients freeName update elements eachRun runtime checkOptions failShape failExpected inRange describeKind
  positiveInteger integer advice numbers instantiate createJsBackend word option make activationOption activationStages
  DELTA_THRESHOLD optimizerStates factories checksum overlap makeLayer unknownName stage failWanted number
  parseInitializer checkSize copyValues resolve batchOf pick fromBase64 expectSame recognise operandsOf show
  checkSameRows printPlan leadingFactors selectBackend dense bitsOf drain means alignColumns failNonFinite decimalsOf
  init summarize fill boolean segmentRange checks2 buildArchitecture row layerOf number3 toRows shapeOf loadModel
  prepareWeight emitLoss outline sizeOf2 checks3 readIdx readCsv evaluateSlices fitSlices passSlices
`
  .trim()
  .split(/\s+/);
