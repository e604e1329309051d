// Clients that are not ours against a service of their own: the inspector lists and calls every tool with each kind of token,
// the conformance suite runs its server scenarios. Prints a table; exit status 1 when anything is not as it should be.
//   node clients.mjs PROJECT_DIR SERVICE_JAR CLIENTS_DIR WORK_DIR

import { mkdirSync, rmSync } from 'node:fs';
import { everyScenarioIsListed, runScenarios, startProxy, WITH_FIXTURES, WITHOUT_FIXTURES } from './conformance.mjs';
import { startFixtures } from './fixtures.mjs';
import { runInspector } from './inspector.mjs';
import { print } from './report.mjs';
import { freePort, startService } from './service.mjs';

const [project, jar, clients, work] = process.argv.slice(2);

/** Runs scenarios against a server, through a proxy that adds its token. */
async function conform({ port, token }, scenarios) {
  const proxyPort = await freePort();
  const proxy = await startProxy(proxyPort, port, token);
  try {
    await runScenarios(clients, work, `http://localhost:${proxyPort}/mcp`, scenarios);
  } finally {
    proxy.closeAllConnections();
    proxy.close();
  }
}

rmSync(work, { recursive: true, force: true });
mkdirSync(work, { recursive: true });
await everyScenarioIsListed(clients, work);
const service = await startService(jar, work);
try {
  await runInspector(clients, work, service);
  await conform(service, WITHOUT_FIXTURES);
} finally {
  await service.stop();
}
const fixtures = await startFixtures(project, work);
try {
  await conform(fixtures, WITH_FIXTURES);
} finally {
  await fixtures.stop();
}
process.exit(print() ? 0 : 1);
