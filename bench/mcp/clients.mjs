// Clients that are not ours against a service of their own: the inspector calls every tool, the conformance suite runs the
// scenarios that need no fixture. Prints a table; exit status 1 when anything is not as it should be.
//   node clients.mjs SERVICE_JAR CLIENTS_DIR WORK_DIR

import { execFile, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { createWriteStream, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';

const [jar, clients, work] = process.argv.slice(2);
const java = process.env.JAVA_HOME ? path.join(process.env.JAVA_HOME, 'bin/java') : 'java';
const token = randomBytes(24).toString('hex');
const START_MS = 120_000;
const CALL_MS = 60_000;
const SCENARIOS = [
  'server-initialize', 'logging-set-level', 'ping', 'tools-list', 'resources-list', 'prompts-list',
  'server-sse-multiple-streams', 'dns-rebinding-protection',
];

const results = [];
const record = (client, what, ok, detail = '') => results.push({ client, what, ok, detail });

const freePort = () => new Promise((resolve, reject) => {
  const server = net.createServer().once('error', reject);
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function startService(port, managementPort) {
  const child = spawn(java, ['-Xms128m', '-Xmx512m', '-jar', jar], {
    cwd: work,
    env: {
      ...process.env,
      EVENKEEL_ACCESS_BOOTSTRAP_TOKEN: token,
      QUARKUS_HTTP_HOST: '127.0.0.1',
      QUARKUS_HTTP_PORT: String(port),
      QUARKUS_MANAGEMENT_HOST: '127.0.0.1',
      QUARKUS_MANAGEMENT_PORT: String(managementPort),
      // An argument of a command has a limit; this makes a short text one that becomes a job.
      EVENKEEL_KNOWLEDGE_INLINE_TEXT_LIMIT: '10K',
      EVENKEEL_EMBEDDED_POSTGRES_DATA_DIRECTORY: path.join(work, 'data'),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = createWriteStream(path.join(work, 'service.log'));
  child.stdout.pipe(log);
  child.stderr.pipe(log);
  for (const end = Date.now() + START_MS; Date.now() < end; await sleep(500)) {
    if (child.exitCode !== null) break;
    const ready = await fetch(`http://127.0.0.1:${managementPort}/q/health/ready`).catch(() => null);
    if (ready?.ok) return child;
  }
  child.kill();
  throw new Error(`the service did not start; see ${path.join(work, 'service.log')}`);
}

const stop = (child) => new Promise((resolve) => {
  child.once('exit', resolve);
  child.kill('SIGTERM');
});

// The conformance suite cannot send a token, so this adds it; Host and Origin go on as they came.
const startProxy = (port, servicePort) => new Promise((resolve) => {
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

const run = (args) => new Promise((resolve) => {
  const options = { cwd: work, env: { ...process.env, HOME: work }, timeout: CALL_MS, maxBuffer: 16 << 20 };
  execFile(process.execPath, args, options, (error, stdout, stderr) =>
    resolve({ code: error ? (error.code ?? 'killed') : 0, stdout, stderr }));
});

const inspector = (url, ...args) => run([
  path.join(clients, '@modelcontextprotocol/inspector/clients/launcher/build/index.js'), '--cli', url, '--transport', 'http',
  '--header', `Authorization: Bearer ${token}`, '--format', 'json', ...args,
]);

const parse = (text) => {
  try {
    const json = JSON.parse(text);
    return json.result ?? json;
  } catch {
    return null;
  }
};

// Runs one request of the inspector; `expected` is its exit status, `check` looks at the answer.
async function ask(url, what, args, { expected = 0, check = () => true } = {}) {
  const { code, stdout, stderr } = await inspector(url, ...args);
  const answer = parse(stdout);
  const ok = code === expected && (expected !== 0 || (answer !== null && check(answer)));
  record('inspector', what, ok, ok ? '' : `exit ${code}: ${(stderr || stdout).trim().slice(0, 200)}`);
  return answer;
}

const call = async (url, tool, args, options) =>
  (await ask(url, options?.expected ? `${tool}, wrong` : tool, [
    '--method', 'tools/call', '--tool-name', tool, '--tool-args-json', JSON.stringify(args)], options))?.structuredContent ?? {};

// A job that is to be cancelled must not end before.
const ingestion = (url, action) => fetch(new URL(`/api/v1/jobs/kinds/knowledge.ingest/${action}`, url), {
  method: 'POST', headers: { authorization: `Bearer ${token}` } });

async function runInspector(url) {
  const tools = (await ask(url, 'tools/list', ['--method', 'tools/list'], { check: (a) => a.tools.length > 0 }))?.tools ?? [];
  const called = new Set();
  const tool = (name, args, options) => {
    called.add(name);
    return call(url, name, args, options);
  };

  const { id: collection } = await tool('create_collection', { name: `clients ${randomUUID()}` });
  const { id: target } = await tool('create_collection', { name: `target ${randomUUID()}` });
  const { id: document } = await tool('store_document', {
    title: 'Moorings', content: '# Knots\n\nUse a bowline.', collection_id: collection, metadata: { shelf: 3 } });
  await ingestion(url, 'pause');
  const { job_id: job } = await tool('store_document', {
    content: 'A long text about narwhals. '.repeat(1_000), collection_id: collection });
  await tool('search_documents', { query: 'bowline', collection_id: collection },
    { check: (a) => a.structuredContent.results[0].document_id === document });
  await tool('get_document', { document_id: document }, { check: (a) => a.structuredContent.text.includes('bowline') });
  await tool('list_documents', { collection_id: collection }, { check: (a) => a.structuredContent.documents.length === 2 });
  await tool('update_document', { document_id: document, title: 'Knots' }, { check: (a) => a.structuredContent.title === 'Knots' });
  await tool('move_document', { document_id: document, target_collection_id: target });
  await tool('list_collections', {});
  await tool('get_collection', { collection_id: target }, { check: (a) => a.structuredContent.document_count === 1 });
  await tool('rename_collection', { collection_id: target, name: `renamed ${randomUUID()}` });
  await tool('get_knowledge_stats', {});
  await tool('job_status', { job_id: job });
  await tool('job_list', {});
  await tool('job_cancel', { job_id: job }, { check: (a) => a.structuredContent.state === 'cancelled' });
  await ingestion(url, 'resume');
  await ask(url, 'resources/read', ['--method', 'resources/read', '--uri', `evenkeel://documents/${document}`]);
  await ask(url, 'prompts/get', ['--method', 'prompts/get', '--prompt-name', 'answer_from_knowledge',
    '--prompt-args', 'question=Which knot?']);
  const { id: shared } = await tool('create_collection_access_token', { collection_id: target, label: 'guest' });
  await tool('list_collection_access_tokens', { collection_id: target },
    { check: (a) => a.structuredContent.tokens.length === 1 });
  await tool('rotate_collection_access_token', { token_id: shared });
  await tool('revoke_collection_access_token', { token_id: shared });
  await tool('delete_document', { document_id: document });
  await tool('delete_collection', { collection_id: target });
  await tool('delete_collection', { collection_id: collection });
  await tool('get_document', { document_id: document }, { expected: 5 });

  const missed = tools.map((t) => t.name).filter((name) => !called.has(name));
  record('inspector', 'every tool was called', tools.length > 0 && missed.length === 0, missed.join(', '));
}

const checks = (directory) => readdirSync(directory, { recursive: true })
  .filter((name) => path.basename(name) === 'checks.json')
  .flatMap((name) => JSON.parse(readFileSync(path.join(directory, name), 'utf8')));

async function runConformance(url) {
  for (const scenario of SCENARIOS) {
    const out = path.join(work, 'conformance', scenario);
    mkdirSync(out, { recursive: true });
    const { code, stdout, stderr } = await run([
      path.join(clients, '@modelcontextprotocol/conformance/dist/index.js'), 'server', '--url', url, '--scenario', scenario, '-o', out]);
    const all = existsSync(out) ? checks(out) : [];
    const failed = all.filter((check) => check.status === 'FAILURE');
    const ok = code === 0 && all.length > 0 && failed.length === 0;
    record('conformance', `${scenario} (${all.length} checks)`, ok,
      ok ? '' : failed.map((check) => check.errorMessage ?? check.name).join('; ') || `exit ${code}: ${(stderr || stdout).trim().slice(-200)}`);
  }
}

rmSync(work, { recursive: true, force: true });
mkdirSync(work, { recursive: true });
const [port, managementPort, proxyPort] = [await freePort(), await freePort(), await freePort()];
const service = await startService(port, managementPort);
try {
  await runInspector(`http://127.0.0.1:${port}/mcp`);
  const proxy = await startProxy(proxyPort, port);
  await runConformance(`http://localhost:${proxyPort}/mcp`);
  proxy.closeAllConnections();
  proxy.close();
} finally {
  await stop(service);
}

console.log('| client | what | result |\n|---|---|---|');
for (const { client, what, ok, detail } of results) {
  console.log(`| ${client} | ${what} | ${ok ? 'ok' : `FAILED ${detail.replace(/[|\n]/g, ' ')}`} |`);
}
const failures = results.filter((result) => !result.ok).length;
console.log(`\n${results.length - failures} of ${results.length} as they should be.`);
process.exit(failures === 0 && results.length > 0 ? 0 : 1);
