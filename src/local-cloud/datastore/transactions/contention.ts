import { CloudError } from '../../cloud-error.ts';

/** Google's text for the loser of a contention. */
const CONTENTION =
  'Aborted due to cross-transaction contention. This occurs when multiple transactions attempt to access the same ' +
  'data, requiring Firestore to abort at least one in order to enforce serializability.';

/** The error of a transaction that lost to another one. */
export const contention = () => new CloudError('ABORTED', CONTENTION);

/** The error of a commit that finds too many others waiting. */
export const tooMuchContention = () =>
  new CloudError('ABORTED', 'too much contention on these datastore entities. please try again.');
