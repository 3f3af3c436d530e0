import { z } from 'zod';
import { ID_PATTERN, type UserId } from '../runtime/ids.ts';

/** The id of a user in the payload of a task. */
export const UserIdText = z
  .string()
  .regex(ID_PATTERN, 'The id of a user has 16 letters and digits.')
  .transform((id) => id as UserId);
