// The conformance suite: scenarios without fixtures against the service, the others against a test build of it that has the
// suite's fixtures.

import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { record, recordExpected, run } from './report.mjs';

/** Scenarios that say something about any server. */
export const WITHOUT_FIXTURES = [
  'server-initialize', 'logging-set-level', 'ping', 'tools-list', 'resources-list', 'prompts-list',
  'server-sse-multiple-streams', 'dns-rebinding-protection',
];

/** Scenarios that ask for tools, resources and prompts of the suite. */
export const WITH_FIXTURES = [
  'completion-complete', 'tools-call-simple-text', 'tools-call-image', 'tools-call-audio', 'tools-call-mixed-content',
  'tools-call-embedded-resource', 'tools-call-with-logging', 'tools-call-with-progress', 'tools-call-error',
  'tools-call-sampling', 'tools-call-elicitation', 'elicitation-sep1034-defaults', 'elicitation-sep1330-enums',
  'json-schema-2020-12', 'server-sse-polling', 'resources-read-text', 'resources-read-binary', 'resources-templates-read',
  'resources-subscribe', 'resources-unsubscribe', 'prompts-get-simple', 'prompts-get-with-args',
  'prompts-get-embedded-resource', 'prompts-get-with-image',
];

/** Checks that the protocol's implementation does not pass, and why; docs/adr/0009 says more. */
const EXPECTED = {
  'server-sse-priming-event': 'events have no ids, because an answer belongs to one request and is not kept to be resumed',
  'server-sse-retry-field': 'there is nothing to come back for, so no time to come back after is named',
};

/** The suite cannot send a token, so this adds it; Host and Origin go on as they came. */
export const startProxy = (port, servicePort, token) => new Promise((resolve) => {
  const proxy = http.createServer((request, response) => {
    const headers = { ...request.headers, authorization: `Bearer ${token}` };
    const onward = http.request({ host: '127.0.0.1', port: servicePort, method: request.method, path: request.url, headers },
      (answer) => {
        response.writeHead(answer.statusCode, answer.headers);
        answer.pipe(response);
      });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  });
  proxy.listen(port, '127.0.0.1', () => resolve(proxy));
});

const suiteOf = (clients) => path.join(clients, '@modelcontextprotocol/conformance/dist/index.js');

const checks = (directory) => readdirSync(directory, { recursive: true })
  .filter((name) => path.basename(name) === 'checks.json')
  .flatMap((name) => JSON.parse(readFileSync(path.join(directory, name), 'utf8')));

/** A scenario that a new version of the suite brings must not be passed over. */
export async function everyScenarioIsListed(clients, work) {
  const { stdout } = await run(work, [suiteOf(clients), 'list', '--server']);
  const offered = [...stdout.matchAll(/^ *- ([\w-]+)/gm)].map((match) => match[1]);
  const left = offered.filter((scenario) => ![...WITHOUT_FIXTURES, ...WITH_FIXTURES].includes(scenario));
  record('conformance', `all ${offered.length} server scenarios run`, offered.length > 0 && left.length === 0, left.join(', '));
}

/** Runs scenarios of the suite; a check that fails or warns must be an expected one. */
export async function runScenarios(clients, work, url, scenarios) {
  const suite = suiteOf(clients);
  for (const scenario of scenarios) {
    const out = path.join(work, 'conformance', scenario);
    mkdirSync(out, { recursive: true });
    const { code, stdout, stderr } = await run(work, [suite, 'server', '--url', url, '--scenario', scenario, '-o', out]);
    const all = existsSync(out) ? checks(out) : [];
    const bad = all.filter((check) => check.status === 'FAILURE' || check.status === 'WARNING');
    const surprising = bad.filter((check) => !EXPECTED[check.id]);
    const ran = all.length > 0 && (code === 0 || bad.length > 0);
    record('conformance', `${scenario} (${all.length - bad.length} of ${all.length} checks)`, ran && surprising.length === 0,
      surprising.map((check) => `${check.id}: ${check.errorMessage ?? check.status}`).join('; ')
        || `exit ${code}: ${(stderr || stdout).trim().slice(-200)}`);
    for (const check of bad.filter((each) => EXPECTED[each.id])) {
      recordExpected('conformance', `${scenario}: ${check.id} (${check.status})`, EXPECTED[check.id]);
    }
  }
}
