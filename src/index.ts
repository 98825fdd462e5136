import { offerWasm } from './backend/select';
import { createWasmBackend } from './backend/wasm';

offerWasm(createWasmBackend);

export * from './api';
