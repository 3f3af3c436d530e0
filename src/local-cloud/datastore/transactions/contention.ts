import { CloudError } from '../../cloud-error.ts';

/** Google's text for the loser of a contention. */
const CONTENTION =
  'Aborted due to cross-transaction contention. This occurs when multiple transactions attempt to access the same ' +
  'data, requiring Firestore to abort at least one in order to enforce serializability.';

/** For a transaction that lost against another one. */
export const contention = () => new CloudError('ABORTED', CONTENTION);

/** For a commit that found too many others waiting before it. */
export const tooMuchContention = () =>
  new CloudError('ABORTED', 'too much contention on these datastore entities. please try again.');
