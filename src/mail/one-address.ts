/** RFC 5321, section 4.5.3.1.3, without the angle brackets. */
const MAX_ADDRESS_BYTES = 254;

/** Limit of the part before the `@` (RFC 5321, section 4.5.3.1.1). */
const MAX_LOCAL_PART_BYTES = 64;

const ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?';

/**
 * `Dot-string "@" Domain` of RFC 5321, section 4.1.2. Quoted local parts, address literals and letters beyond ASCII are
 * refused: mail programs read them differently, and some letters look alike.
 */
const ADDRESS = new RegExp(`^(${ATOM}(?:\\.${ATOM})*)@(${LABEL}(?:\\.${LABEL})*)$`);

/** Returns whether a text is exactly one email address, without a name, a list or a control character. */
export function isOneAddress(text: string): boolean {
  const [, local = ''] = (text.length <= MAX_ADDRESS_BYTES && ADDRESS.exec(text)) || [];
  return local !== '' && local.length <= MAX_LOCAL_PART_BYTES;
}

/**
 * Returns the form in which addresses are compared. Domains have no case (RFC 1035, section 2.3.3). Local parts may
 * have case (RFC 5321, section 2.4), but common mail hosts treat `Ana` and `ana` alike, and people type either.
 */
export const comparable = (address: string) => address.toLowerCase();

/** Returns the part of an address after the `@`, in lower case. */
export const domainOf = (address: string) => comparable(address.slice(address.lastIndexOf('@') + 1));
