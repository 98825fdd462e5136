// The classifier as an ONNX file, in as much of Protocol Buffers as that takes.

const FLOAT = 1;

const varint = (value) => (value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))]);
/** A field that holds an integer. */
const integer = (field, value) => Buffer.from([...varint(field * 8), ...varint(value)]);
/** A field that holds bytes: text, raw numbers, or a message of fields. */
const bytes = (field, value) => {
  const body = Array.isArray(value) ? Buffer.concat(value) : Buffer.from(value);
  return Buffer.concat([Buffer.from([...varint(field * 8 + 2), ...varint(body.length)]), body]);
};

const tensor = (name, data, shape) => [
  ...shape.map((size) => integer(1, size)),
  integer(2, FLOAT),
  bytes(8, name),
  bytes(9, Buffer.from(data.buffer, data.byteOffset, data.byteLength)),
];
const node = (operator, inputs, output) => [
  ...inputs.map((name) => bytes(1, name)),
  bytes(2, output),
  bytes(4, operator),
];
/** [rows, cols] with any number of rows. */
const matrix = (name, cols) => {
  const shape = [bytes(1, [bytes(2, 'rows')]), bytes(1, [integer(1, cols)])];
  return [bytes(1, name), bytes(2, [bytes(1, [integer(1, FLOAT), bytes(2, shape)])])];
};

/** `x` [rows, 784] → `p` [rows, 10]: softmax(relu(x·w1)·w2), biases 0. */
export function classifierModel({ w1, w2 }) {
  const nodes = [
    node('Gemm', ['x', 'w1', 'b1'], 'z1'),
    node('Relu', ['z1'], 'a1'),
    node('Gemm', ['a1', 'w2', 'b2'], 'z2'),
    node('Softmax', ['z2'], 'p'),
  ];
  const initializers = [
    tensor('w1', w1, [784, 128]),
    tensor('b1', new Float32Array(128), [128]),
    tensor('w2', w2, [128, 10]),
    tensor('b2', new Float32Array(10), [10]),
  ];
  const graph = [
    ...nodes.map((message) => bytes(1, message)),
    bytes(2, 'classifier'),
    ...initializers.map((message) => bytes(5, message)),
    bytes(11, matrix('x', 784)),
    bytes(12, matrix('p', 10)),
  ];
  const IR_VERSION = 8;
  const OPSET = 13;
  return Buffer.concat([integer(1, IR_VERSION), bytes(7, graph), bytes(8, [integer(2, OPSET)])]);
}
