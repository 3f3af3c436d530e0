import { isBuiltin } from 'node:module';
import type { Plugin } from 'rolldown';

const IMPORT = /^import (?:(\w[\w$]*)(?:, )?)?(?:\* as ([\w$]+)|\{ ([^}]*) \})? from "([^"]+)";$/gm;

/**
 * Takes Node's own modules from the process instead of importing them. An import reads each export of such a module, and
 * some exports load others when they are read: `node:util` loads a formatter of differences, `node:http` a WebSocket.
 */
export const plainBuiltins: Plugin = {
  name: 'plain-builtins',
  renderChunk(code) {
    const plain = code.replaceAll(
      IMPORT,
      (line, whole?: string, namespace?: string, names?: string, module: string = '') =>
        isBuiltin(module) ? declarations(module, [whole, namespace], names) : line,
    );
    return { code: plain, map: null };
  },
};

function declarations(module: string, whole: (string | undefined)[], names: string | undefined): string {
  const taken = `process.getBuiltinModule("${module}")`;
  const targets = [...whole, names && `{ ${names.replaceAll(' as ', ': ')} }`];
  return targets
    .filter((target) => target !== undefined)
    .map((target) => `const ${target} = ${taken};`)
    .join(' ');
}
