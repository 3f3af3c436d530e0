/** Values and names that one JSON body may hold: the largest batch that is taken here needs a tenth of them. */
const MOST_JSON_VALUES = 10_000;

/** How deep values may lie in each other. */
const DEEPEST_JSON = 32;

/**
 * Why a JSON text is not parsed although it is short enough in bytes; undefined when it is. A text of 1 MiB can hold
 * 500,000 values: to parse, check and report them would keep the event loop busy for hundreds of milliseconds. Only
 * looks at what separates values, so that of malformed JSON it may say anything.
 */
export function excessOf(json: Buffer): string | undefined {
  let values = 1;
  let depth = 0;
  for (let at = 0; at < json.length; at += 1) {
    switch (json[at] ?? 0) {
      case QUOTE:
        at = endOfString(json, at);
        break;
      case COMMA:
      case COLON:
        values += 1;
        break;
      case OPEN_BRACE:
      case OPEN_BRACKET:
        depth += 1;
        values += 1;
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        depth -= 1;
        break;
    }
    if (values > MOST_JSON_VALUES) return `The body holds more than ${MOST_JSON_VALUES} values. Send fewer at once.`;
    if (depth > DEEPEST_JSON) return `The values of the body lie more than ${DEEPEST_JSON} levels deep in each other.`;
  }
  return undefined;
}

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const [COMMA, COLON] = [0x2c, 0x3a];
const [OPEN_BRACE, CLOSE_BRACE] = [0x7b, 0x7d];
const [OPEN_BRACKET, CLOSE_BRACKET] = [0x5b, 0x5d];

/** Where the string that begins at `start` ends; the end of the text, if it does not. */
function endOfString(json: Buffer, start: number): number {
  let at = start + 1;
  while (at < json.length && json[at] !== QUOTE) at += json[at] === BACKSLASH ? 2 : 1;
  return at;
}
