import { offerWasm } from './backend/select';
import { createSharedBackend } from './backend/threads';
import { createWasmBackend } from './backend/wasm';

offerWasm(createWasmBackend, createSharedBackend);

export * from './api';
