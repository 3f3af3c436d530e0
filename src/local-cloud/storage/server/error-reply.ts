import { escapeMarkup } from '../../../runtime/html.ts';
import { diskFault } from '../../disk-fault.ts';
import { REASONS, StorageError, type Reason } from '../storage-error.ts';
import type { Reply } from './call.ts';

/** Reasons that only the XML API tells apart, by the name that they have in JSON. */
const IN_JSON: Partial<Record<Reason, string>> = {
  badDigest: 'invalid',
  expiredToken: 'invalid',
  noSuchBucket: 'notFound',
  signatureDoesNotMatch: 'forbidden',
  unavailable: 'backendError',
  underHold: 'forbidden',
};

/** An error as the JSON API sends it. */
export function jsonError(error: unknown): Reply {
  const { status, reason, message, headers } = refusal(error);
  if (status === 304) return { status, headers };
  const name = IN_JSON[reason] ?? reason;
  return { status, json: { error: { code: status, message, errors: [{ message, domain: 'global', reason: name }] } } };
}

/** An error as the XML API sends it. */
export function xmlError(error: unknown): Reply {
  const { status, reason, message, headers } = refusal(error);
  if (status === 304) return { status, headers };
  const body = `<Code>${REASONS[reason][1]}</Code><Message>${escapeMarkup(message)}</Message>`;
  const text = `<?xml version='1.0' encoding='UTF-8'?><Error>${body}</Error>`;
  return { status, headers: { 'content-type': 'application/xml; charset=UTF-8' }, text };
}

interface Refusal {
  status: number;
  reason: Reason;
  message: string;
  headers: Record<string, string>;
}

/** An error other than the engine's refusals is a fault of this server. */
function refusal(error: unknown): Refusal {
  if (error instanceof StorageError) return error;
  const message =
    diskFault(error)?.message ?? (error instanceof Error ? (error.stack ?? error.message) : String(error));
  return { status: 500, reason: 'backendError', message, headers: {} };
}
