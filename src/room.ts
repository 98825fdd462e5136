import { Slot } from './backend/memory';
import type { Runtime } from './backend/select';
import { makeError } from './errors';

/** Zeroed bytes for a model's slot. */
export function allocate(bytes: number, limit: number): Uint8Array {
  const gib = (n: number) => `${(n / (1 << 30)).toFixed(1)} GiB`;
  let cause: unknown;
  try {
    if (bytes <= limit) return new Uint8Array(bytes);
  } catch (error) {
    cause = error;
  }
  const text = `model: parameters and optimizer state take ${gib(bytes)}, the memory holds at most ${gib(limit)}`;
  throw makeError('ERR_MEMORY', `${text}, or less on this machine. Use smaller layers.`, cause);
}

/** Below this size the workspace grows by doubling, so that ever larger batches do not move it each time. */
const DOUBLING = 1 << 26;

/** The workspace all models of a runtime share, at least `bytes` long. */
export function workspaceOf(runtime: Runtime, bytes: number): Slot {
  const { workspace, slots } = runtime;
  const resident = workspace.address !== 0;
  if (resident && workspace.bytes >= bytes) return workspace;
  slots.release(workspace);
  const size = resident && bytes < DOUBLING ? Math.max(bytes, 2 * workspace.bytes) : bytes;
  runtime.workspace = new Slot(size, 'nothing');
  return runtime.workspace;
}
