// A service of our own for the clients, with a database that begins empty.

import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import net from 'node:net';
import path from 'node:path';

const START_MS = 120_000;

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export const freePort = () => new Promise((resolve, reject) => {
  const server = net.createServer().once('error', reject);
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});

/** Ends a process and waits until it is gone. */
export const stop = (child) => new Promise((resolve) => {
  if (child.exitCode !== null || child.signalCode !== null) {
    resolve();
    return;
  }
  child.once('exit', resolve);
  child.kill('SIGTERM');
});

/** Starts a process that writes its output to a file, and waits until `isReady` says so. */
export async function startProcess(command, args, options, logFile, isReady, patienceMs = START_MS) {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const log = createWriteStream(logFile);
  child.stdout.pipe(log);
  child.stderr.pipe(log);
  for (const end = Date.now() + patienceMs; Date.now() < end; await sleep(500)) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    if (await isReady()) return child;
  }
  await stop(child);
  throw new Error(`it did not start; see ${logFile}`);
}

/** A service on a port of its own; its token is the installation's. */
export async function startService(jar, work) {
  const [port, managementPort] = [await freePort(), await freePort()];
  const token = randomBytes(24).toString('hex');
  const java = process.env.JAVA_HOME ? path.join(process.env.JAVA_HOME, 'bin/java') : 'java';
  const env = {
    ...process.env,
    EVENKEEL_ACCESS_BOOTSTRAP_TOKEN: token,
    QUARKUS_HTTP_HOST: '127.0.0.1',
    QUARKUS_HTTP_PORT: String(port),
    QUARKUS_MANAGEMENT_HOST: '127.0.0.1',
    QUARKUS_MANAGEMENT_PORT: String(managementPort),
    // An argument of a command has a limit; this makes a short text one that becomes a job.
    EVENKEEL_KNOWLEDGE_INLINE_TEXT_LIMIT: '10K',
    EVENKEEL_EMBEDDED_POSTGRES_DATA_DIRECTORY: path.join(work, 'data'),
  };
  const isReady = async () => (await fetch(`http://127.0.0.1:${managementPort}/q/health/ready`).catch(() => null))?.ok;
  const child = await startProcess(java, ['-Xms128m', '-Xmx512m', '-jar', jar], { cwd: work, env },
    path.join(work, 'service.log'), isReady);
  return { base: `http://127.0.0.1:${port}`, port, token, stop: () => stop(child) };
}

/** One request of the REST API; its answer as JSON. */
export async function rest(service, token, method, route, body) {
  const answer = await fetch(`${service.base}/api/v1${route}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${route}: ${answer.status} ${await answer.text()}`);
  return answer.status === 204 ? null : answer.json();
}
