// The service as a test starts it, with the fixtures of the conformance suite; they are no part of the product.

import { randomBytes } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePort, startProcess } from './service.mjs';

/** Compiling and starting, on a busy machine. */
const START_MS = 600_000;

/** Starts it; it runs until its file is gone. */
export async function startFixtures(project, work) {
  const port = await freePort();
  const token = randomBytes(24).toString('hex');
  const [running, ready] = [path.join(work, 'fixtures.running'), path.join(work, 'fixtures.ready')];
  writeFileSync(running, '');
  const child = await startProcess(path.join(project, 'mvnw'), ['-q', '-B', 'test', '-Dtest=ConformanceServer',
    `-Dquarkus.http.test-port=${port}`, `-Devenkeel.access.bootstrap-token=${token}`,
    `-Dconformance.running=${running}`, `-Dconformance.ready=${ready}`], { cwd: project },
  path.join(work, 'fixtures.log'), () => existsSync(ready), START_MS);
  const exited = new Promise((resolve) => child.once('exit', resolve));
  return {
    port,
    token,
    stop: () => {
      rmSync(running);
      return exited;
    },
  };
}
