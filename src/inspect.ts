/** Method names by which Node (also Bun) and Deno ask an object how to print it. */
export const nodeInspect: unique symbol = Symbol.for('nodejs.util.inspect.custom');
export const denoInspect: unique symbol = Symbol.for('Deno.customInspect');
