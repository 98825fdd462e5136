// biome-ignore assist/source/organizeImports: the core's text lies at the head of the bundle, parting nothing for gzip
import { createWasmBackend } from './backend/wasm';
import { createSharedBackend } from './backend/threads';
import { offerWasm } from './backend/select';

offerWasm(createWasmBackend, createSharedBackend);

export * from './api';
