import spectral, { type RulesetDefinition } from '@stoplight/spectral-core';
import rulesets from '@stoplight/spectral-rulesets';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const REDOCLY = join(import.meta.dirname, '../../node_modules/@redocly/cli/bin/cli.js');

/** The recommended rules of Spectral. */
const RULES: RulesetDefinition = {
  extends: [[rulesets.oas as RulesetDefinition, 'recommended']],
  rules: {
    'oas3-parameter-description': 'warn',
    // OpenAPI 3.1, Security Requirement Object: schemes without OAuth may list the roles that an operation needs. The rule
    // looks for them among the scopes of OAuth.
    'oas3-operation-security-defined': 'off',
    // It takes five seconds. Redocly and the test of the examples check the same.
    'oas3-valid-media-example': 'off',
  },
};

/** What Spectral finds in a document. */
export async function lintBySpectral(document: object): Promise<string[]> {
  const linter = new spectral.Spectral();
  linter.setRuleset(RULES);
  const results = await linter.run(document as Record<string, unknown>);
  return results.map(({ code, path, message }) => `${code} ${path.join('.')}: ${message}`);
}

/** What Redocly finds in a document by redocly.yaml. It is a program of its own, which calls no server here. */
export async function lintByRedocly(document: object): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'photo-timeline-openapi-'));
  const file = join(folder, 'openapi.json');
  await writeFile(file, JSON.stringify(document));
  const config = join(import.meta.dirname, 'redocly.yaml');
  const output = await runNode([REDOCLY, 'lint', file, '--config', config, '--format', 'json']);
  await rm(folder, { recursive: true });
  const { problems } = JSON.parse(output) as { problems: { ruleId: string; message: string; location: object[] }[] };
  return problems.map(({ ruleId, message, location }) => `${ruleId} ${JSON.stringify(location)}: ${message}`);
}

/** Returns what the program prints, whatever its exit code is. */
const runNode = (args: string[]) =>
  new Promise<string>((resolve) => {
    const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
    execFile(process.execPath, args, { env, maxBuffer: 2 ** 26 }, (_error, stdout) => resolve(stdout));
  });
