/**
 * jsdom has its own globals beside Node's. esbuild refuses to run where Buffer is not a Uint8Array, so Node's comes
 * back. Import this before anything that imports esbuild.
 */
Object.assign(globalThis, { Uint8Array: Object.getPrototypeOf(Buffer.prototype).constructor })
