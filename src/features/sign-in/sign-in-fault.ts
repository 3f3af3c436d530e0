/**
 * Why a sign-in at an issuer did not succeed. `stale`: the browser has no attempt that fits. `denied`: the person did not
 * finish it. `busy`: the issuer cannot be reached or has a fault. `refused`: the issuer does not accept this service.
 */
export type SignInFaultKind = 'stale' | 'denied' | 'busy' | 'refused';

export class SignInFault extends Error {
  readonly kind: SignInFaultKind;

  constructor(kind: SignInFaultKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SignInFault';
    this.kind = kind;
  }
}
