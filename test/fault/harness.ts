import { fork, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '../../src/engine/sqliteStore.ts';
import { StoreError, type ExecutionStore } from '../../src/engine/store.ts';
import type { Execution } from '../../src/execution/record.ts';
import { randomNumber } from '../../src/machine/random.ts';
import type { Launch } from './runner.ts';
import { bundleInto } from '../support/bundle.ts';
import { World } from './world.ts';
import { workloads, type Workload } from './workloads.ts';

export interface Tally {
  readonly seed: number;
  readonly executions: number;
  readonly kills: number;
  /** Requests that must not be repeated, and those of them whose answers were lost in a crash. */
  readonly made: number;
  readonly lost: number;
  /** Requests that may be repeated, and how many were. */
  readonly read: number;
  readonly repeated: number;
  readonly journaled: number;
  readonly wrong: readonly string[];
}

/** Runs of each workload in a round. */
const runsEach = 2;

/** Milliseconds after which a round that does not come to its end counts as stuck. */
const roundTime = 300_000;

/** Programs, a store and a bundled runner in a folder of their own. */
export class Harness {
  readonly #folder = mkdtempSync(join(tmpdir(), 'stepthrough-fault-'));
  #runner = '';
  #expected: ReadonlyMap<string, string> = new Map();

  /** Makes what is needed, and runs everything once without crashes. */
  async open(): Promise<void> {
    this.#runner = await bundleInto(this.#folder, 'test/fault/runner.ts');
    for (const { files } of workloads) for (const [name, text] of Object.entries(files)) writeFileSync(join(this.#folder, name), text);
    this.#expected = await this.#withoutCrashes();
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Runs every workload a few times while processes are killed at moments by chance, and looks at what came of it. */
  async round(seed: number): Promise<Tally> {
    let state = seed;
    const random = (): number => {
      const drawn = randomNumber(state, 1_000_000);
      state = drawn.state;
      return drawn.value / 1_000_000;
    };
    return this.#run(`seed-${seed}`, runsEach, random, async (file, list) => {
      let kills = 0;
      for (const end = Date.now() + roundTime; ; kills++) {
        if (Date.now() > end) throw new Error(`With seed ${seed} not everything has ended after ${roundTime / 1000} seconds and ${kills} kills.`);
        // Two at once show that they do not take over the same executions.
        const processes = Array.from({ length: random() < 0.25 ? 2 : 1 }, () => this.#start(file, list));
        // Longer and longer, so that a slow machine gets to the end too.
        const lives = processes.map((process) => livesFor(process, 20 + random() * (300 + kills * 30)));
        if ((await Promise.all(lives)).includes('over')) return kills;
      }
    }, seed);
  }

  /** The results of all workloads. */
  async #withoutCrashes(): Promise<ReadonlyMap<string, string>> {
    const results = new Map<string, string>();
    const tally = await this.#run('calm', 1, () => 0.5, async (file, list) => {
      await livesFor(this.#start(file, list), roundTime);
      return 0;
    }, 0, results);
    if (tally.wrong.length > 0) throw new Error(`Without crashes: ${tally.wrong.join(' ')}`);
    return results;
  }

  #start(store: string, list: string): ChildProcess {
    return fork(this.#runner, [store, list], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  }

  async #run(name: string, runs: number, random: () => number, drive: (store: string, list: string) => Promise<number>, seed: number, results?: Map<string, string>): Promise<Tally> {
    const folder = join(this.#folder, name);
    mkdirSync(folder);
    const world = new World(random);
    const at = await world.open();
    const launches = workloads.flatMap((workload) => Array.from({ length: runs }, (_, i): Launch => {
      const run = `${workload.name}-${i}`;
      return { name: run, program: join(this.#folder, Object.keys(workload.files)[0]!), input: JSON.stringify({ run, at }) };
    }));
    const list = join(folder, 'launches.json');
    writeFileSync(list, JSON.stringify(launches));
    const file = join(folder, 'executions.db');
    const kills = await drive(file, list);
    await world.close();
    const store = openSqliteStore(file);
    try {
      const wrong = workloads.flatMap((workload) => Array.from({ length: runs }, (_, i) => this.#wrong(workload, `${workload.name}-${i}`, store, world, results))).flat();
      const executions = all(store);
      const made = [...world.made.values()];
      const read = [...world.read.values()];
      const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
      return {
        seed,
        executions: executions.length,
        kills,
        made: sum(made),
        lost: lostIn(executions, store),
        read: sum(read),
        repeated: sum(read.map((count) => count - 1)),
        journaled: sum(executions.map(({ id }) => store.journalEnd(id))),
        wrong,
      };
    } finally {
      store.close();
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** What is not as it has to be in one run. */
  #wrong(workload: Workload, run: string, store: ExecutionStore, world: World, results: Map<string, string> | undefined): string[] {
    const execution = store.find(run);
    if (!execution) return [`${run} is not there.`];
    const wrong: string[] = [];
    if (execution.state !== 'SUCCEEDED') wrong.push(`${run}: ${execution.state}, ${execution.message}.`);
    const result = execution.output_value ?? '';
    results?.set(workload.name, result);
    const expected = results ? result : this.#expected.get(workload.name);
    if (result !== expected) wrong.push(`${run} gave ${result}; without crashes it is ${expected}.`);
    for (const [key, count] of world.made) if (key.startsWith(`${run}/`) && count > 1) wrong.push(`${key} was done ${count} times.`);
    for (const step of workload.once) {
      const attempts = [...world.made.keys()].filter((key) => key.startsWith(`${run}/${step}/`));
      if (attempts.length !== 1) wrong.push(`${run}/${step} was done by ${attempts.length} attempts.`);
    }
    const children = store.list({ pageSize: 1000, parent: execution.id }).executions.filter(({ type }) => type !== 'CONNECTION').length;
    if (children !== workload.children) wrong.push(`${run} started ${children} executions instead of ${workload.children}.`);
    const logs = store.logs(execution.id).map(({ text }) => text);
    if (logs.join() !== workload.logs.join()) wrong.push(`${run} logged ${logs.join()}.`);
    return [...wrong, ...wrongDeadlines(execution, store)];
  }
}

/** A deadline is noted once, and nothing is over before it. */
function wrongDeadlines({ id, name }: Execution, store: ExecutionStore): string[] {
  const wrong: string[] = [];
  const deadlines = new Map<number, number>();
  for (const { kind, data, time } of store.journal(id)) {
    const { effect, deadline, outcome } = JSON.parse(data) as { readonly effect: number; readonly deadline?: number; readonly outcome?: { readonly kind: string } };
    if (kind === 'begun' && deadline !== undefined) {
      if (deadlines.has(effect)) wrong.push(`${name}: the deadline of effect ${effect} was set again.`);
      deadlines.set(effect, deadline);
    } else if (kind === 'answer' && outcome?.kind === 'done' && Date.parse(time) < (deadlines.get(effect) ?? 0)) {
      wrong.push(`${name}: effect ${effect} was over before its deadline.`);
    }
  }
  return wrong;
}

/** Answers that a crash took. */
function lostIn(executions: readonly Execution[], store: ExecutionStore): number {
  const connections = executions.filter(({ type, message }) => type === 'CONNECTION' && message.includes('was interrupted')).length;
  return connections + executions.flatMap(({ id }) => store.journal(id)).filter(({ kind, data }) => kind === 'answer' && data.includes('the process that ran this execution ended')).length;
}

function all(store: ExecutionStore): Execution[] {
  const found: Execution[] = [];
  let pageToken: string | undefined;
  do {
    const page = store.list({ pageSize: 500, everywhere: true, pageToken });
    found.push(...page.executions);
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
  return found;
}

/** Kills a process so many milliseconds after it is ready, if it has not ended by itself. */
function livesFor(process: ChildProcess, milliseconds: number): Promise<'over' | 'killed'> {
  return new Promise((resolve, reject) => {
    let over = false;
    let killed = false;
    const kill = (): void => {
      killed = true;
      process.kill('SIGKILL');
    };
    // One in ten does not even become ready.
    let timer = setTimeout(kill, milliseconds < 60 ? milliseconds : 30_000);
    process.on('message', (message) => {
      if (message === 'over') over = true;
      else if (milliseconds >= 60) {
        clearTimeout(timer);
        timer = setTimeout(kill, milliseconds);
      }
    });
    process.on('error', reject);
    process.on('exit', (code) => {
      clearTimeout(timer);
      if (over) resolve('over');
      else if (killed) resolve('killed');
      else reject(new StoreError(`The process ended by itself with ${code}.`));
    });
  });
}

export function tallyText(tallies: readonly Tally[]): string {
  const sum = (of: (tally: Tally) => number): string => tallies.reduce((total, tally) => total + of(tally), 0).toLocaleString('en');
  return [
    `${sum(({ kills }) => kills)} kills, ${sum(({ executions }) => executions)} executions, ${sum(({ journaled }) => journaled)} journal entries`,
    `${sum(({ made }) => made)} requests that must not be repeated, none done twice; ${sum(({ lost }) => lost)} were under way at a kill`,
    `${sum(({ read }) => read)} requests that may be repeated; ${sum(({ repeated }) => repeated)} were made more than once`,
    `seeds ${tallies.map(({ seed }) => seed).join(', ')}`,
  ].join('\n');
}
