import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const ROOT = join(import.meta.dirname, '../..');

interface Command {
  env: Record<string, string>;
  /** Of Node. */
  options: string[];
}

/** The environment and the options of Node with which `npm start` starts the program. */
export function startCommand(): Command {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: { start: string } };
  const words = scripts.start.split(' ');
  const pairs = words.filter((word) => /^[A-Z_]+=/.test(word)).map((word) => word.split('=') as [string, string]);
  return { env: Object.fromEntries(pairs), options: optionsAmong(words) };
}

/** The environment and the options of Node with which App Engine starts the program. */
export function appEngineCommand(): Command {
  const yaml = parse(readFileSync(join(ROOT, 'app.yaml'), 'utf8')) as {
    entrypoint: string;
    env_variables: Record<string, string>;
  };
  return { env: yaml.env_variables, options: optionsAmong(yaml.entrypoint.split(' ')) };
}

const optionsAmong = (words: string[]) => words.filter((word) => word.startsWith('--'));
