// node node.mjs <folder with sm2_oracles.js and sm2_oracles_bg.wasm>
//
// Prints the table and then the results as one line of JSON; progress goes to stderr. The clock is
// of the whole process, V8's helping threads included: what the garbage of a library costs to
// collect is its own cost.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { contest } from './contest.mjs';
import { load } from './module.mjs';
import { table } from './table.mjs';

const ROUNDS = 31;

const folder = process.argv[2];
if (!folder) {
  console.error('usage: node node.mjs <folder with sm2_oracles.js and sm2_oracles_bg.wasm>');
  process.exit(2);
}

function cpuMicroseconds() {
  const { user, system } = process.cpuUsage();
  return user + system;
}

const glue = await readFile(join(folder, 'sm2_oracles.js'), 'utf8');
const wasm = await readFile(join(folder, 'sm2_oracles_bg.wasm'));
const module = await load(glue, wasm);
const report = (line) => console.error(`  ${line}`);
const results = await contest(module, cpuMicroseconds, { rounds: ROUNDS }, report);
console.log(`in Node ${process.version}`);
console.log(table(results, ROUNDS));
console.log(JSON.stringify({ engine: `node ${process.version}`, rounds: ROUNDS, results }));
