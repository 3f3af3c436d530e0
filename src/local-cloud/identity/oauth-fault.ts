/** A refusal by the code of an OAuth specification: RFC 6749 (sections 4.1.2.1 and 5.2), RFC 6750, OpenID Connect Core. */
export class OAuthFault extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, description: string, status = 400) {
    super(description);
    this.name = 'OAuthFault';
    this.code = code;
    this.status = status;
  }
}
