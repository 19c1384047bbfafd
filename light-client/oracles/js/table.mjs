// What was measured, as results and as a table for people.

import { SIGNERS } from './rows.mjs';

const STOCK = 'stock sm2';

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/**
 * Medians and ratios. `samples` maps a row's name to its microseconds per signature (or quorum),
 * one per round. A row is compared with the fastest JavaScript that may know as much beforehand;
 * a quorum with as many signatures one after the other, their keys already parsed.
 */
export function summary(rows, samples) {
  const timed = rows.map(({ name, group, prepared }) => {
    const us = median(samples[name]);
    if (!(us > 0)) throw new Error(`${name}: the clock counted nothing`);
    return { name, group, prepared, us };
  });
  const stock = timed.find(({ name }) => name === STOCK);
  if (!stock) throw new Error(`no row is called ${STOCK}`);
  const fastest = (prepared) => {
    const rivals = timed.filter((row) => row.group === 'javascript' && row.prepared === prepared);
    return Math.min(...rivals.map(({ us }) => us));
  };
  return timed.map((row) => {
    const signatures = row.group === 'quorum' ? SIGNERS : 1;
    const of_stock = row.us / (signatures * stock.us);
    const of_fastest_javascript = row.us / (signatures * fastest(row.prepared));
    return { ...row, of_stock, of_fastest_javascript };
  });
}

/** The results as lines: time over time, so that less than 1 is faster. */
export function table(results, rounds) {
  const line = (name, us, stock, javascript) =>
    `  ${name.padEnd(26)} ${us.padStart(10)} ${stock.padStart(10)} ${javascript.padStart(16)}`;
  const lines = (groups) =>
    results
      .filter(({ group }) => groups.includes(group))
      .map(({ name, us, of_stock, of_fastest_javascript }) =>
        line(name, us.toFixed(1), of_stock.toFixed(3), of_fastest_javascript.toFixed(3)),
      );
  return [
    `SM2 verification, CPU time, medians of ${rounds} rounds`,
    line('one signature', 'µs', '× stock', '× fastest JS'),
    ...lines(['wasm', 'javascript']),
    line(`${SIGNERS} signatures`, 'µs', `× ${SIGNERS} stock`, `× ${SIGNERS} fastest JS`),
    ...lines(['quorum']),
    '  fastest JS: of those without tables; for known keys and ready tables, of those with them',
  ].join('\n');
}
