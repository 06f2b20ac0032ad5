/**
 * Kills processes for a while, or for a number of rounds, and says what came of it. Ends with 1 where something is not
 * as it has to be.
 *
 * node test/fault/run.ts [--minutes N | --rounds N] [--seed N]
 */
import { parseArgs } from 'node:util';
import { Harness, tallyText, type Tally } from './harness.ts';

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' }, rounds: { type: 'string' }, seed: { type: 'string' } } });
const end = Date.now() + Number(values.minutes) * 60_000;
const isOver = (): boolean => (values.rounds === undefined ? Date.now() >= end : tallies.length >= Number(values.rounds));
let seed = Number(values.seed ?? Date.now() % 1_000_000);

const harness = new Harness();
const tallies: Tally[] = [];
try {
  await harness.open();
  do {
    const tally = await harness.round(seed++);
    tallies.push(tally);
    console.log(`seed ${tally.seed}: ${tally.kills} kills, ${tally.executions} executions, ${tally.lost} calls under way at a kill${tally.wrong.map((wrong) => `\n  ${wrong}`).join('')}`);
  } while (!isOver());
} finally {
  harness.close();
}
const wrong = tallies.flatMap((tally) => tally.wrong);
console.log(`${tallyText(tallies)}\n${wrong.length === 0 ? 'Everything is as it has to be.' : `${wrong.length} things are not as they have to be.`}`);
process.exitCode = wrong.length === 0 ? 0 : 1;
