/** Milliseconds that one slice of an asynchronous `fit` takes at most: timers and clicks wait no longer than this. */
export const SLICE = 10;
/** Every so many milliseconds one turn goes through `setTimeout`: with message channels alone timers never fire. */
const TIMERS = 40;

type Task = () => void;

declare const setImmediate: ((task: Task) => unknown) | undefined;

/** Hidden pages get one timer a second: waiting for those would all but stop the training. */
const isHidden = () => (globalThis as { document?: { hidden?: boolean } }).document?.hidden === true;

/**
 * Returns a function that gives the event loop a turn: by `setImmediate` where there is one, else by `MessageChannel`
 * (`setTimeout` alone is clamped to 4 ms, and to 1 s in hidden pages; it must do where tests imitate a page, as in Jest's
 * jsdom, which has neither).
 */
export function createYielder(): { turn(): Promise<void>; close(): void } {
  if (typeof setImmediate === 'function') {
    const immediate = setImmediate;
    return { turn: () => new Promise((resolve) => immediate(resolve)), close() {} };
  }
  const channel = typeof MessageChannel === 'function' ? new MessageChannel() : undefined;
  let resume: Task = () => {};
  if (channel) channel.port1.onmessage = () => resume();
  let last = performance.now();
  return {
    turn: () =>
      new Promise((resolve) => {
        const now = performance.now();
        if (!channel || (now - last >= TIMERS && !isHidden())) {
          last = now;
          setTimeout(resolve, 0);
          return;
        }
        resume = resolve;
        channel.port2.postMessage(0);
      }),
    close() {
      channel?.port1.close();
    },
  };
}
