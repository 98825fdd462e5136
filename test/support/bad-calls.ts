// A table of bad calls: each must give a clear error and change nothing.
import { describe, expect, it } from 'vitest';
import { backends, bytesOf, classes, classifier, forClasses } from './models';

export const { x, y } = classes(20);

/** A classifier after one epoch, so that its optimizer has something to lose. */
export function trained(options = {}) {
  const model = classifier(options);
  model.compile(forClasses);
  model.fitSync(x, y);
  return model;
}

/** What the call does, to a trained classifier or on its own, then class and code of the error and part of its text. */
export type BadCall = [
  call: string,
  run: (model: ReturnType<typeof trained>) => unknown,
  error: `${'TypeError' | 'RangeError' | 'Error'} ERR_${string}`,
  text: string,
];

/** What nobody writes on purpose, and TypeScript would not let through. */
export const any = (value: unknown) => value as never;

export async function thrown(run: () => unknown): Promise<Error & { code?: string }> {
  try {
    await run();
  } catch (error) {
    return error as Error;
  }
  throw new Error('expected an error');
}

/** After each call the weights and the optimizer's state are the same bytes, and training goes on as if nothing was. */
export function describeBadCalls(title: string, calls: readonly BadCall[]): void {
  describe.each(backends)(`${title} on %s`, (backend) => {
    it.each(calls)('%s', async (_, run, error, text) => {
      const model = trained({ backend });
      const before = bytesOf(model);
      const { name, code, message } = await thrown(() => run(model));
      expect(`${name} ${code}: ${message}`).toContain(`${error}: `);
      expect(message).toContain(text);
      expect(bytesOf(model)).toBe(before);
      const other = trained({ backend });
      for (const m of [model, other]) m.fitSync(x, y);
      expect(bytesOf(model)).toBe(bytesOf(other));
    });
  });
}
