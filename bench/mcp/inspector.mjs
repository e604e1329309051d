// The inspector lists and calls every tool with each kind of credential; what a credential may not use must be hidden from it
// and refused when it is called all the same.

import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { record, run } from './report.mjs';
import { rest } from './service.mjs';

const PASSWORD = 'lantern-mosaic-42';
const TOOL_FAILED = 5;

const READING = ['search_documents', 'get_knowledge_stats', 'get_document', 'get_document_links', 'find_related_documents',
  'find_similar_documents',
  'list_documents', 'list_collections', 'get_collection', 'job_status', 'job_list'];
const WRITING = ['store_document', 'update_document', 'delete_document', 'job_cancel'];
const MEMORY = ['remember', 'recall', 'search_memory', 'forget', 'list_memories'];
const MANAGING = ['create_collection', 'rename_collection', 'delete_collection', 'move_document',
  'create_collection_access_token', 'list_collection_access_tokens', 'rotate_collection_access_token',
  'revoke_collection_access_token'];

const parse = (text) => {
  try {
    const json = JSON.parse(text);
    return json.result ?? json;
  } catch {
    return null;
  }
};

/** The inspector with one token. */
class Inspector {
  constructor(clients, work, service, name, token) {
    this.launcher = path.join(clients, '@modelcontextprotocol/inspector/clients/launcher/build/index.js');
    this.work = work;
    this.service = service;
    this.name = `inspector, ${name}`;
    this.token = token;
    this.called = new Set();
  }

  record(what, ok, detail) {
    record(this.name, what, ok, detail);
  }

  request(...args) {
    return run(this.work, [this.launcher, '--cli', `${this.service.base}/mcp`, '--transport', 'http',
      '--header', `Authorization: Bearer ${this.token}`, '--format', 'json', ...args]);
  }

  /** One request; `expected` is the client's exit status, `check` looks at the answer. */
  async ask(what, args, { expected = 0, check = () => true } = {}) {
    const { code, stdout, stderr } = await this.request(...args);
    const answer = parse(stdout);
    const ok = code === expected && (expected !== 0 || (answer !== null && check(answer)));
    this.record(what, ok, `exit ${code}: ${(stderr || stdout).trim().slice(0, 200)}`);
    return answer;
  }

  /** Calls a tool that must succeed; `check` looks at its structured answer. */
  async call(tool, args, check = () => true) {
    this.called.add(tool);
    const answer = await this.ask(tool, this.toolCall(tool, args), { check: (a) => check(a.structuredContent) });
    return answer?.structuredContent ?? {};
  }

  toolCall(tool, args) {
    return ['--method', 'tools/call', '--tool-name', tool, '--tool-args-json', JSON.stringify(args)];
  }

  /** Calls a tool that is hidden from this token: the client does not know it, and the server neither. */
  async refused(tool, args) {
    const { code, stdout, stderr } = await this.request(...this.toolCall(tool, args));
    this.record(`${tool}, refused to the client`, code !== 0 && !parse(stdout)?.structuredContent,
      `exit ${code}: ${(stderr || stdout).trim().slice(0, 200)}`);
    const answer = await fetch(`${this.service.base}/mcp`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json',
        accept: 'application/json, text/event-stream' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: tool, arguments: args } }),
    });
    const text = await answer.text();
    this.record(`${tool}, refused by the server`, parse(text)?.error?.code === -32602, text.slice(0, 200));
  }

  async listed(expected) {
    const answer = await this.ask('tools/list', ['--method', 'tools/list']);
    const tools = (answer?.tools ?? []).map((tool) => tool.name).sort();
    const wanted = [...expected].sort();
    this.record(`sees ${wanted.length} tools and no other`, JSON.stringify(tools) === JSON.stringify(wanted), tools.join(', '));
    return tools;
  }

  everyToolWasCalled(tools) {
    const missed = tools.filter((name) => !this.called.has(name));
    this.record('every tool it sees was called', tools.length > 0 && missed.length === 0, missed.join(', '));
  }
}

// A job that is to be cancelled must not end before.
const ingestion = (service, action) => rest(service, service.token, 'POST', `/jobs/kinds/knowledge.ingest/${action}`);

/** Documents and jobs inside a collection, which each token for it may write. Leaves one document, and returns its id. */
async function useDocuments(client, collection) {
  const { id: document } = await client.call('store_document', {
    title: 'Moorings', content: '# Knots\n\nUse a bowline.', collection_id: collection, metadata: { shelf: 3 } });
  await ingestion(client.service, 'pause');
  const { id: long, job_id: job } = await client.call('store_document', {
    content: 'A long text about narwhals. '.repeat(1_000), collection_id: collection });
  await client.call('job_status', { job_id: job }, (a) => a.state === 'queued');
  await client.call('job_list', {}, (a) => a.jobs.some((each) => each.id === job));
  await client.call('job_cancel', { job_id: job }, (a) => a.state === 'cancelled');
  await ingestion(client.service, 'resume');
  await client.call('update_document', { document_id: document, title: 'Knots' }, (a) => a.title === 'Knots');
  await readDocument(client, collection, document);
  await client.call('delete_document', { document_id: long });
  await client.ask('get_document, deleted', client.toolCall('get_document', { document_id: long }), { expected: TOOL_FAILED });
  return document;
}

/** What each token for a collection may read. */
async function readDocument(client, collection, document) {
  await client.call('search_documents', { query: 'bowline', collection_id: collection },
    (a) => a.results[0].document_id === document);
  await client.call('search_documents', { query: 'bowline', collection_id: collection, neighbours: 1, max_context_tokens: 100 },
    (a) => a.context.text.includes('bowline') && a.context.tokens <= 100);
  await client.call('find_similar_documents', { document_id: document },
    (a) => a.results.every((each) => each.document_id !== document));
  await client.call('get_document', { document_id: document }, (a) => a.text.includes('bowline'));
  await client.call('get_document_links', { document_id: document });
  await client.call('find_related_documents', { document_id: document });
  await client.call('list_documents', { collection_id: collection }, (a) => a.documents.some((each) => each.id === document));
  await client.call('list_collections', {}, (a) => a.collections.some((each) => each.id === collection));
  await client.call('get_collection', { collection_id: collection }, (a) => a.document_count >= 1);
  await client.call('get_knowledge_stats', {}, (a) => a.documents >= 1);
  await client.ask('resources/read', ['--method', 'resources/read', '--uri', `evenkeel://documents/${document}`],
    { check: (a) => a.contents[0].text.includes('bowline') });
  await client.ask('prompts/get', ['--method', 'prompts/get', '--prompt-name', 'answer_from_knowledge',
    '--prompt-args', 'question=Which knot?'], { check: (a) => a.messages[0].content.text.includes('Which knot?') });
}

/** What an account remembers. */
async function useMemory(client) {
  const namespace = `clients/${randomUUID()}`;
  const { key } = await client.call('remember', { namespace, text: 'The mooring is held by a bowline.' }, (a) => a.version > 0);
  await client.call('recall', { namespace, key }, (a) => a.found);
  await client.call('search_memory', { namespace, query: 'bowline' }, (a) => a.memories.length === 1);
  await client.call('list_memories', { namespace }, (a) => a.memories.some((each) => each.key === key));
  await client.call('forget', { namespace, key });
}

/** A token of a whole account: everything. */
async function useAccount(client) {
  const tools = await client.listed([...READING, ...WRITING, ...MANAGING, ...MEMORY]);
  await useMemory(client);
  const { id: collection } = await client.call('create_collection', { name: `clients ${randomUUID()}` });
  const { id: target } = await client.call('create_collection', { name: `target ${randomUUID()}` });
  const document = await useDocuments(client, collection);
  await client.call('move_document', { document_id: document, target_collection_id: target });
  await client.call('get_collection', { collection_id: target }, (a) => a.document_count === 1);
  await client.call('rename_collection', { collection_id: target, name: `renamed ${randomUUID()}` });
  const { id: shared } = await client.call('create_collection_access_token', { collection_id: target, label: 'guest' });
  await client.call('list_collection_access_tokens', { collection_id: target }, (a) => a.tokens.length === 1);
  await client.call('rotate_collection_access_token', { token_id: shared });
  await client.call('revoke_collection_access_token', { token_id: shared });
  await client.call('delete_collection', { collection_id: target });
  await client.call('delete_collection', { collection_id: collection });
  client.everyToolWasCalled(tools);
}

/** What would happen to a collection if a token for it could manage it. */
async function tryToManage(client, collection, document) {
  const sharing = { token_id: randomUUID() };
  await client.refused('create_collection', { name: 'not mine' });
  await client.refused('rename_collection', { collection_id: collection, name: 'taken' });
  await client.refused('delete_collection', { collection_id: collection });
  await client.refused('move_document', { document_id: document, target_collection_id: collection });
  await client.refused('create_collection_access_token', { collection_id: collection, label: 'more' });
  await client.refused('list_collection_access_tokens', { collection_id: collection });
  await client.refused('rotate_collection_access_token', sharing);
  await client.refused('revoke_collection_access_token', sharing);
  await client.refused('remember', { text: 'not mine' });
  await client.refused('recall', { key: 'k' });
  await client.refused('search_memory', { query: 'mooring' });
  await client.refused('forget', { key: 'k' });
  await client.refused('list_memories', {});
}

async function useSharedCollection(inspector, service, owner) {
  const { id: collection } = await rest(service, owner, 'POST', '/collections', { name: `shared ${randomUUID()}` });
  const share = (scopes) => rest(service, owner, 'POST', `/collections/${collection}/access-tokens`, { label: 'guest', scopes });

  const writer = inspector('collection token (read, write)', (await share(['read', 'write'])).token);
  const writable = await writer.listed([...READING, ...WRITING]);
  const document = await useDocuments(writer, collection);
  await tryToManage(writer, collection, document);
  writer.everyToolWasCalled(writable);

  const reader = inspector('collection token (read)', (await share(['read'])).token);
  const readable = await reader.listed(READING);
  await readDocument(reader, collection, document);
  const { jobs } = await reader.call('job_list', {});
  await reader.call('job_status', { job_id: jobs?.[0]?.id }, (a) => a.state === 'cancelled');
  await reader.refused('store_document', { content: 'x', collection_id: collection });
  await reader.refused('update_document', { document_id: document, title: 'x' });
  await reader.refused('delete_document', { document_id: document });
  await reader.refused('job_cancel', { job_id: jobs?.[0]?.id });
  await tryToManage(reader, collection, document);
  reader.everyToolWasCalled(readable);

  const after = await rest(service, owner, 'GET', `/documents/${document}`);
  record(reader.name, 'what was refused changed nothing', after.title === 'Knots' && after.collection_id === collection,
    JSON.stringify(after));
}

export async function runInspector(clients, work, service) {
  const inspector = (name, token) => new Inspector(clients, work, service, name, token);
  await useAccount(inspector("installation's token", service.token));

  const username = `clients-${randomUUID().slice(0, 8)}`;
  await rest(service, service.token, 'POST', '/auth/register', { username, email: `${username}@example.org`, password: PASSWORD });
  const { access_token: session } = await rest(service, service.token, 'POST', '/auth/login', { username, password: PASSWORD });
  const personal = await rest(service, session, 'POST', '/personal-access-tokens', { label: 'clients' });
  await useAccount(inspector('personal token', personal.token));
  await useSharedCollection(inspector, service, personal.token);
}
