// The contest as steps on `window`: a driver outside measures the CPU time around `runRow`.
//
//   await prepareContest(glueText, wasmBytes)
//   contestRows()          names of the rows
//   await readyRow(name)   checks and warms up for a while; true once finished, to be repeated
//   await beforeRow(name)  not timed, before each run
//   runRow(name, round)    timed; how many it did
//   contestTable(samples)  name → microseconds per one, by round; gives the table as text

import { load } from './module.mjs';
import { rowsOf } from './rows.mjs';
import { summary, table } from './table.mjs';

/** Far below the 30 seconds after which a driver gives up on a script. */
const STEP_MS = 3000;

let rows = new Map();
const readying = new Map();

window.prepareContest = async (glueText, wasmBytes) => {
  const module = await load(glueText, wasmBytes);
  rows = new Map(rowsOf(module).map((row) => [row.name, row]));
};

window.contestRows = () => [...rows.keys()];

window.readyRow = async (name) => {
  if (!readying.has(name)) readying.set(name, rows.get(name).ready());
  const steps = readying.get(name);
  const start = performance.now();
  while (performance.now() - start < STEP_MS) {
    if ((await steps.next()).done) return true;
  }
  return false;
};

window.beforeRow = (name) => rows.get(name).before();

window.runRow = (name, round) => rows.get(name).run(round);

window.contestTable = (samples) => {
  const rounds = Math.min(...Object.values(samples).map(({ length }) => length));
  return table(summary([...rows.values()], samples), rounds);
};
