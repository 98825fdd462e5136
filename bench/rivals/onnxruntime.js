// ONNX Runtime Web on its WebAssembly backend: `node onnxruntime.js 2` for two threads. Prediction only.
import * as ort from 'onnxruntime-web';
import { classifierModel } from './harness/onnx.js';
import { crossentropy, readDigits, serve } from './harness/serve.js';

ort.env.wasm.numThreads = Number(process.argv[2] ?? 1);

await serve({
  async predict(params) {
    const { rows, calls } = params;
    const digits = readDigits(params);
    const session = await ort.InferenceSession.create(classifierModel(digits), { executionProviders: ['wasm'] });
    const inputs = Array.from({ length: calls }, (_, i) => digits.x.slice(i * 784, (i + rows) * 784));
    const outputs = [];
    return {
      async run() {
        for (let i = 0; i < calls; i++) {
          const { p } = await session.run({ x: new ort.Tensor('float32', inputs[i], [rows, 784]) });
          outputs[i] = p.data;
        }
      },
      value: () =>
        crossentropy(
          outputs.flatMap((data) => [...data]),
          digits.y,
        ),
    };
  },
});
