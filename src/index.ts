// biome-ignore assist/source/organizeImports: the core's text lies at the head of the bundle, parting nothing for gzip
import { createWasmBackend } from './backend/wasm';
import { offerWasm } from './backend/select';

offerWasm(createWasmBackend);

export * from './api';
