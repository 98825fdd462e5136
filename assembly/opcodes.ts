// The contract between the plan (TypeScript) and the two backends: the only file that assembly/ and src/ share.

/** One opcode per operation; src/plan/schema.ts holds its operands, assembly/index.ts and src/backend/js/run.ts run it. */
export const enum Op {
  Gather,
  Matmul,
  MatmulSparse,
  AddBias,
  MatmulBackwardWeights,
  MatmulBackwardWeightsSparse,
  MatmulBackwardInput,
  ColumnSums,
  Relu,
  ReluBackward,
  LeakyRelu,
  LeakyReluBackward,
  Elu,
  EluBackward,
  Sigmoid,
  SigmoidBackward,
  Tanh,
  TanhBackward,
  Softplus,
  SoftplusBackward,
  Gelu,
  GeluBackward,
  GeluTanh,
  GeluTanhBackward,
  Swish,
  SwishBackward,
  Softmax,
  SoftmaxBackward,
  Dropout,
  DropoutBackward,
  Rescale,
  RescaleBackward,
  MeanSquaredError,
  MeanAbsoluteError,
  Huber,
  BinaryCrossentropy,
  CategoricalCrossentropy,
  SparseCategoricalCrossentropy,
  SigmoidBinaryCrossentropy,
  SoftmaxCategoricalCrossentropy,
  SoftmaxSparseCategoricalCrossentropy,
  BinaryAccuracy,
  CategoricalAccuracy,
  SparseCategoricalAccuracy,
  Regularize,
  Penalty,
  ClipValue,
  SquaredNorm,
  ClipNorm,
  FlushDelta,
  Guard,
  Step,
  Decay,
  Sgd,
  Momentum,
  RmsProp,
  Adagrad,
  Adam,
  FlushState,
  Next,
}

/**
 * An op record: one i32 opcode, seven i32 arguments (operands in schema order, then dimensions, then integers), four
 * f64 constants. An operand is a byte offset, a multiple of 16, plus the number of its segment in the low two bits.
 * Above the opcode's 8 bits stand the number of operands, 4 bits, how threads share the op, a `Split` of 2 bits, and
 * whether they meet after it, 1 bit.
 */
export const enum Rec {
  Bytes = 64,
  Op = 0xff,
  Operands = 8,
  Split = 12,
  Meet = 14,
  Args = 4,
  MaxArgs = 7,
  Constants = 32,
  MaxConstants = 4,
}

/** How threads share an op. */
export const enum Split {
  /** The first thread does it. */
  One = 0,
  /** By rows of its operands, which all are [rows, first dimension]. */
  Rows = 1,
  /** By elements of its operands, which all are [first dimension]. */
  Flat = 2,
  /** In a way of the kernel's own. */
  Own = 3,
}

/**
 * Byte addresses of what the threads of a team share, at the start of a shared memory, each group on a cache line of its
 * own. All i32.
 */
export const enum Team {
  /**
   * The call's number · 512 + 256 if it is owned by workers, without the thread that asked for it, + the threads that take
   * part; changes with every call, workers wait for it.
   */
  Go = 64,
  /** Workers that have come up. */
  Ready = 128,
  /** The call: dtype (bytes per element), plan, base, from, to, steps. */
  Call = 132,
  /** What an owned call came to. */
  Result = 160,
  /** What Arrived was when the call began. */
  Start = 192,
  /** Looks at a word before a thread falls asleep. */
  Spins = 196,
  /** Seconds that thread 0 waits for the others. */
  Patience = 200,
  /** 1: thread 0 must not sleep. */
  Awake = 204,
  /** The barrier: arrivals so far. */
  Arrived = 256,
  /** Threads that sleep. */
  Sleeping = 320,
  Bytes = 384,
}

/** What an operand's offset is relative to; the four absolute addresses stand at Reg.Segments. */
export const enum Segment {
  /** The model's slot: registers, parameters, optimizer state. */
  Model = 0,
  /** Gradients, activations, scratch: shared by all models, contents valid within one run. */
  Workspace = 1,
  /** Rows of inputs of the current step. */
  X = 2,
  /** Rows of targets of the current step. */
  Y = 3,
}

/** Byte offsets of the registers, which open a model's slot. */
export const enum Reg {
  /** 4 × u32: absolute addresses of the segments; the last two move on with every step. */
  Segments = 0,
  X = 8,
  Y = 12,
  /** i32: rows of the current step. */
  Rows = 16,
  /** i32: rows of a full batch, and rows from the current step to the end of the epoch. */
  Batch = 20,
  RowsLeft = 24,
  /** i32: bytes from one batch to the next in X and Y; 0 trains on one batch again and again. */
  XStride = 28,
  YStride = 32,
  /** u32: position of the random streams. */
  Epoch = 36,
  EpochStep = 40,
  SeedHigh = 44,
  SeedLow = 48,
  /** u32: absolute address of the f64 learning rate of the current step, and bytes to the next (0: constant). */
  LearningRate = 52,
  LearningRateStride = 56,
  /** u32: absolute address where Next stores the step's loss sum (f64) before clearing it; 0: sums go on. */
  Trace = 60,
  /** i32: 1 once the guard has ended a run. */
  Stopped = 64,
  /** i32: 1 while all weights that MatmulSparse needs are known to be finite: it or Adam has looked at them. */
  WeightsFinite = 68,
  /** f64 saved state: optimizer steps taken, running products β₁ᵗ and β₂ᵗ. */
  StepCount = 72,
  Beta1Power = 80,
  Beta2Power = 88,
  /** f64: Σ g² of the tensors met so far in this step. */
  SquaredNorm = 96,
  /** f64 accumulators over rows: the loss first, then one per metric. */
  Accumulators = 104,
  MaxAccumulators = 11,
  Bytes = 192,
}

/** First word of a random stream's counter: what the numbers are for. */
export const enum Purpose {
  Initializer = 0,
  Shuffle = 1,
  Dropout = 2,
}

/** Weights lie in column panels of this many bytes per row (32 float32 or 16 float64 columns), pads are +0. */
export const enum Panel {
  Bytes = 128,
}

/** Whole-tensor sums run over logical row-major order in blocks of 4,096 with 16 interleaved accumulators. */
export const enum Sum {
  Block = 4096,
  Ways = 16,
}
