// Short names for properties that only linnet's own modules see: 0.35 KB of gzip. Not for what a user can meet: the API,
// saved models, and the operands and numbers of ops, whose names stand in plans and errors.
import { build } from 'esbuild';

export const internal = `
  acquire address append architecture borrow bytes clock coming constants coreBytes crew decide dims emit getParam gradients
  held hold home instructions internals ints keep layout lists locate modules newer note older oneDimensional operands output owned
  plans records refusal release residents runtime segment setParam settings settle several skips skipsZeros slot slots
  stageRows stages starts stopped tensor tensors threefry trace trainable views wish workspace`
  .trim()
  .split(/\s+/);

const mangleProps = new RegExp(`^(${internal.join('|')})$`);

/** Options of esbuild's, by which all bundles of these entries have the same short names, which mean nothing else in any. */
export async function mangling(...entryPoints) {
  const { mangleCache } = await build({
    entryPoints,
    bundle: true,
    write: false,
    outdir: 'dist',
    logLevel: 'error',
    platform: 'neutral',
    external: ['node:*'],
    mangleProps,
    mangleCache: {},
  });
  return { mangleProps, mangleCache };
}
