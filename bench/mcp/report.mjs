// What was tried and how it went.

import { execFile } from 'node:child_process';

const CALL_MS = 60_000;
const results = [];

/** `detail` is shown where something is not as it should be. */
export const record = (client, what, ok, detail = '') => results.push({ client, what, ok, detail: ok ? '' : detail, note: '' });

/** Something that is not as the suite would have it, known and explained. */
export const recordExpected = (client, what, note) => results.push({ client, what, ok: true, detail: '', note });

/** Runs a script of a client in Node, with a home of its own. */
export const run = (work, args) => new Promise((resolve) => {
  const options = { cwd: work, env: { ...process.env, HOME: work }, timeout: CALL_MS, maxBuffer: 16 << 20 };
  execFile(process.execPath, args, options, (error, stdout, stderr) =>
    resolve({ code: error ? (error.code ?? 'killed') : 0, stdout, stderr }));
});

const cell = (text) => text.replace(/[|\n]/g, ' ');

/** Prints the table; whether everything is as it should be. */
export function print() {
  console.log('| client | what | result |\n|---|---|---|');
  for (const { client, what, ok, detail, note } of results) {
    const result = ok ? (note ? `expected: ${note}` : 'ok') : `FAILED ${detail}`;
    console.log(`| ${client} | ${what} | ${cell(result)} |`);
  }
  const failures = results.filter((result) => !result.ok).length;
  const expected = results.filter((result) => result.note).length;
  console.log(`\n${results.length - failures} of ${results.length} as they should be`
    + (expected ? `, ${expected} of them expected not to pass.` : '.'));
  return failures === 0 && results.length > 0;
}
