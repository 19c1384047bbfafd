// One verification in wasm beside one stock SM2 verification, in CPU time of this process.
// node wasm.mjs <light_client.js> <stock_sm2.js> <folder of vectors> <rounds>
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [lightClient, stockSm2, vectors, rounds] = process.argv.slice(2);

const load = async (glue) => {
  const module = await import(pathToFileURL(glue));
  module.initSync({ module: readFileSync(glue.replace(/\.js$/, "_bg.wasm")) });
  return module;
};
const { Verifier } = await load(lightClient);
const { Stock } = await load(stockSm2);

const DAY_MS = 86_400_000n;
const stock = new Stock();
const trust = readFileSync(`${vectors}/test.trust`);
const bundle = (name) => {
  const bytes = readFileSync(`${vectors}/${name}.tally`);
  const { now_ms } = JSON.parse(readFileSync(`${vectors}/${name}.json`, "utf8"));
  const verifier = new Verifier(trust);
  return {
    bytes: bytes.length,
    run: () => JSON.parse(verifier.verify(bytes, DAY_MS, BigInt(now_ms))).headline.kind === "valid",
  };
};
const cases = [
  ["stock sm2, one signature", { run: () => stock.verify() }],
  ["credential", bundle("identity")],
  ["invoice", bundle("invoice")],
].map(([name, made]) => ({ name, ...made, times: [] }));

const WARM_UP = 20;
const PER_ROUND = 5;
const run = (one) => {
  if (!one.run()) throw new Error(`${one.name} is not valid`);
};
for (const one of cases) for (let i = 0; i < WARM_UP; i += 1) run(one);
for (let round = 0; round < Number(rounds); round += 1) {
  for (const one of cases) {
    const start = process.cpuUsage();
    for (let i = 0; i < PER_ROUND; i += 1) run(one);
    const { user, system } = process.cpuUsage(start);
    one.times.push((user + system) / 1000 / PER_ROUND);
  }
}
const median = (times) => [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)];
const peer = median(cases[0].times);
for (const one of cases) {
  const ms = median(one.times);
  const size = one.bytes ? `${one.bytes} bytes` : "";
  console.log(`${one.name.padEnd(26)} ${ms.toFixed(2).padStart(7)} ms  ${(ms / peer).toFixed(2).padStart(6)} x stock  ${size}`);
}
