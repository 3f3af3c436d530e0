import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** What an authenticator and its browser may do otherwise than they should. */
export interface Deviation {
  origin?: string;
  rpId?: string;
  /** Whether the person was asked for a finger or a PIN; true unless given. */
  verified?: boolean;
  counter?: number;
}

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest();
const base64url = (data: string | Buffer) => Buffer.from(data).toString('base64url');

/** An authenticator with one key (ES256), after WebAuthn Level 3, sections 6.1 and 6.5. It attests nothing. */
export function authenticator(site: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const id = randomBytes(16);
  let uses = 0;
  let userHandle = '';

  const clientData = (type: string, challenge: string, { origin = site }: Deviation) =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  const head = (attested: boolean, { rpId = new URL(site).hostname, verified = true, counter = uses }: Deviation) => {
    const flags = 0x01 | (verified ? 0x04 : 0) | (attested ? 0x40 : 0);
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    return Buffer.concat([sha256(rpId), Buffer.from([flags]), count]);
  };
  const answer = (response: object) => ({
    response: { id: base64url(id), rawId: base64url(id), type: 'public-key', response, clientExtensionResults: {} },
  });

  return {
    /** Answers `navigator.credentials.create`. */
    create({ challenge, user }: { challenge: string; user: { id: string } }, deviation: Deviation = {}) {
      userHandle = user.id;
      const point = (name: number, value: string) => [Buffer.from([name, 0x58, 32]), Buffer.from(value, 'base64url')];
      const key = [Buffer.from('a5010203262001', 'hex'), ...point(0x21, x), ...point(0x22, y)];
      const data = Buffer.concat([head(true, deviation), Buffer.alloc(16), Buffer.from([0, id.length]), id, ...key]);
      const object = [Buffer.from('a363666d74646e6f6e656761747453746d74a068617574684461746158', 'hex')];
      return answer({
        clientDataJSON: base64url(clientData('webauthn.create', challenge, deviation)),
        attestationObject: base64url(Buffer.concat([...object, Buffer.from([data.length]), data])),
      });
    },
    /** Answers `navigator.credentials.get`. */
    get({ challenge }: { challenge: string }, deviation: Deviation = {}) {
      uses += 1;
      const client = clientData('webauthn.get', challenge, deviation);
      const data = head(false, deviation);
      return answer({
        clientDataJSON: base64url(client),
        authenticatorData: base64url(data),
        signature: base64url(sign('sha256', Buffer.concat([data, sha256(client)]), privateKey)),
        userHandle,
      });
    },
  };
}
