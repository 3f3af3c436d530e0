/** Of an e-mail address, in octets (RFC 5321, section 4.5.3.1.3, without the angle brackets). */
const LONGEST_ADDRESS = 254;

/** Of the part before the `@`, in octets (RFC 5321, section 4.5.3.1.1). */
const LONGEST_LOCAL_PART = 64;

const ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?';

/**
 * `Dot-string "@" Domain` of RFC 5321, section 4.1.2. Quoted local parts, address literals and letters beyond ASCII are
 * left out: mail programs read them in several ways, and letters that look alike would pass for each other.
 */
const ADDRESS = new RegExp(`^(${ATOM}(?:\\.${ATOM})*)@(${LABEL}(?:\\.${LABEL})*)$`);

/** Whether a text is exactly one e-mail address, without a name, a list or a control character. */
export function isOneAddress(text: string): boolean {
  const [, local = ''] = (text.length <= LONGEST_ADDRESS && ADDRESS.exec(text)) || [];
  return local !== '' && local.length <= LONGEST_LOCAL_PART;
}

/**
 * The form in which addresses are compared. Domains have no case (RFC 1035, section 2.3.3). Local parts could have one
 * (RFC 5321, section 2.4), but no usual mail host tells `Ana` and `ana` apart, and people type capitals at random.
 */
export const comparable = (address: string) => address.toLowerCase();

/** The part of an address behind the `@`, in lower case. */
export const domainOf = (address: string) => comparable(address.slice(address.lastIndexOf('@') + 1));
