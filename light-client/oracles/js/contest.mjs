// All peers against each other in one process, round by round, so that what disturbs the machine
// disturbs all of them alike.

import { rowsOf } from './rows.mjs';
import { summary } from './table.mjs';

/**
 * `module` comes from `load`; `cpuNow` is a clock of microseconds; `report` takes lines of
 * progress. Gives the results of `summary`.
 */
export async function contest(module, cpuNow, { rounds = 31, perRound } = {}, report = () => {}) {
  const rows = rowsOf(module, { perRound });
  for (const row of rows) {
    report(`checking ${row.name}`);
    for await (const _step of row.ready());
  }
  const samples = Object.fromEntries(rows.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    if (round % 5 === 0) report(`round ${round + 1} of ${rounds}`);
    for (const row of rows) {
      await row.before();
      const start = cpuNow();
      const done = row.run(round);
      samples[row.name].push((cpuNow() - start) / done);
    }
  }
  return summary(rows, samples);
}
