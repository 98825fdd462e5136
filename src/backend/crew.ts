// All that only threads need, a chunk of its own in the bundle, dist/threads.js: src/backend/threads.ts loads it.
import { writeShares } from '../plan/meet';
import type { Plan } from '../plan/plan';
import type { Backend, Call, Crew, Member } from './backend';
import { Backup } from './backup';
import { mostThreads } from './cores';
import { Paces } from './pace';
import { WorkerTeam } from './team';
import type { Settings } from './wasm';
import { worthwhile } from './work';

/** Milliseconds that workers stay when no model uses them any more: another one may come. */
const LEISURE = 1000;

/** What is known of a model. */
interface Share {
  readonly backup: Backup;
  readonly paces: Paces | undefined;
  /** Whether workers have run it. */
  together: boolean;
}

/** A team of workers, and the models they run. */
export class WorkerCrew implements Crew {
  readonly team: WorkerTeam;
  readonly #shares = new WeakMap<Member, Share>();
  readonly #shared = new WeakSet<Plan>();
  /** Models that workers have run. */
  #models = 0;
  /** Whether the end of the team matters to nobody, or has been said. */
  #told = false;
  #stopped = false;

  constructor(
    memory: WebAssembly.Memory,
    readonly backend: Backend,
    settings: Settings,
  ) {
    this.team = new WorkerTeam(memory, settings);
    backend.crew = this;
    // Whoever looks at the memory waits for what workers still do in it.
    Object.defineProperty(backend.memory, 'buffer', {
      get: () => {
        this.team.settle();
        return memory.buffer;
      },
    });
    backend.threads = (wish) => (this.team.came || this.team.ended === undefined ? mostThreads(wish) : 1);
  }

  /** Workers that never came leave a backend as good as any, on one thread: another would not get them either. */
  get ended(): string | undefined {
    return this.team.came || this.#stopped ? this.team.ended : undefined;
  }

  settle(): void {
    this.team.settle();
  }

  check(model: Member): void {
    this.team.settle(); // it may move the model
    const { came, ended } = this.team;
    if (!came || ended === undefined) return;
    const tell = !this.#told && this.#shares.get(model)?.together;
    this.#told = true;
    model.move(model.copy());
    if (tell) failEnded(ended);
  }

  run(call: Call, model: Member, finish: (done: number) => number, owned = false): number | Promise<number> {
    const { team } = this;
    const { plan, address, base, from, steps, changes } = call;
    const share = this.#shareOf(model);
    const { backup, paces } = share;
    const threads = this.choose(call, model);
    const owners = owned ? team.owners(threads) : 0;
    const together = threads > 1 || owners > 0;
    if (together) this.#prepare(call, share);
    const started = performance.now();
    if (changes && together) backup.renew(() => model.copy());
    else if (changes) backup.drop();
    const conclude = (done: number): number => {
      const time = (performance.now() - started) / steps;
      if (worthwhile(call, model.wish) > 1) paces?.learn(plan, owners || threads, time);
      if (done >= 0) return finish(done);
      // What the threads left behind is given up, memory and all.
      this.stop(`no sign of it for ${team.patience} s`);
      model.move((changes && backup.bytes) || model.copy());
      return failEnded(team.ended!);
    };
    const to = plan.instructions.length;
    if (owners > 0) return team.own(plan.dtype, owners, [address, base, from, to, steps], conclude);
    const { run } = threads > 1 ? team : this.backend;
    return conclude(run[plan.dtype](address, base, from, to, steps, threads));
  }

  /** Threads for a call: those that have enough to do, and are there. */
  choose(call: Call, model: Member): number {
    const worth = worthwhile(call, model.wish);
    if (worth < 2) return 1;
    const ready = this.team.ready(worth);
    return this.#shareOf(model).paces?.choose(call.plan, ready) ?? ready;
  }

  #shareOf(model: Member): Share {
    let share = this.#shares.get(model);
    if (!share) {
      share = { backup: new Backup(), paces: model.wish === 'auto' ? new Paces() : undefined, together: false };
      this.#shares.set(model, share);
    }
    return share;
  }

  #prepare({ plan, address }: Call, share: Share): void {
    if (!share.together) this.#models++;
    share.together = true;
    if (this.#shared.has(plan)) return;
    this.#shared.add(plan);
    // The records themselves, and the copy that is in memory.
    const { buffer, byteOffset, byteLength } = plan.records;
    const length = byteLength / 4;
    writeShares(
      plan,
      new Uint32Array(buffer, byteOffset, length),
      new Uint32Array(this.backend.memory.buffer, address, length),
    );
  }

  drop(model: Member): void {
    this.#shares.get(model)?.backup.drop();
  }

  leave(model: Member): void {
    const share = this.#shares.get(model);
    this.#shares.delete(model);
    if (!share?.together || --this.#models > 0) return;
    const timer: { unref?(): void } | number = setTimeout(() => {
      if (this.#models === 0) this.stop('no model uses it');
    }, LEISURE);
    if (typeof timer === 'object') timer.unref?.();
  }

  /** Ends the workers. */
  stop(reason: string): void {
    this.#told = true;
    this.#stopped = true;
    this.team.stop(reason);
  }
}

function failEnded(reason: string): never {
  const text = `threads: a worker ended (${reason}). The model keeps steps that were completed`;
  const advice = 'call again to go on with new workers, or use threads: 1.';
  throw Object.assign(new Error(`${text}; ${advice}`), { code: 'ERR_WORKER' });
}
